package io.myelin.log;

import java.util.List;

/** What a read at an offset found. */
public sealed interface ReadResult {

  /**
   * Whole batches (the last one perhaps cut off by the size limit), the first one containing the
   * offset. The receiver owns the slice and releases it exactly once.
   *
   * @param aborted transactions that a read_committed consumer has to drop; empty for other
   *     isolations
   */
  record Records(FileSlice slice, List<AbortedTransaction> aborted) implements ReadResult {}

  /** The offset is at (or beyond) the bound that the isolation sets: wait until it moves. */
  record NothingYet() implements ReadResult {}

  /** The offset lies outside of log start offset to log end offset. */
  record OutOfRange() implements ReadResult {}

  /** Not in memory: ask {@link LogView#read} on a thread that may block. */
  record Cold() implements ReadResult {}

  /**
   * @param lastStableOffset at the time when the marker was written, as the transaction index has
   *     it
   */
  record AbortedTransaction(
      long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
}

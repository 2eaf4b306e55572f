package io.myelin.log;

import io.myelin.log.epoch.LeaderEpochs;
import java.io.IOException;

/**
 * What readers see of a log: immutable, published by the owner after each change. Thread-safe. A
 * reader takes the view once and works on it; segments deleted meanwhile answer {@link
 * ReadResult.OutOfRange} or stay readable through slices already taken.
 */
public interface LogView {
  long logStartOffset();

  long highWatermark();

  /** First offset of the oldest open transaction, at most the high watermark. */
  long lastStableOffset();

  long logEndOffset();

  /** Bytes of all segments. */
  long sizeInBytes();

  /** The offset that {@code isolation} ends at (exclusive). */
  default long bound(Isolation isolation) {
    return switch (isolation) {
      case LOG_END -> logEndOffset();
      case HIGH_WATERMARK -> highWatermark();
      case LAST_STABLE -> lastStableOffset();
    };
  }

  /**
   * Reads from memory and warm pages only; never blocks on a disk, so event loops may call it.
   * {@link ReadResult.Cold} when that is not enough.
   *
   * @param bytesMax upper limit of the slice; a first batch that is larger is returned whole if
   *     {@code atLeastOneBatch}
   */
  ReadResult tryRead(long offset, int bytesMax, boolean atLeastOneBatch, Isolation isolation);

  /**
   * Like {@link #tryRead}, but may block, never answers Cold, and has pulled the slice into the
   * page cache when it returns.
   */
  ReadResult read(long offset, int bytesMax, boolean atLeastOneBatch, Isolation isolation)
      throws IOException;

  /** About how many bytes lie between {@code offset} and the bound; cheap, never blocks. */
  long bytesAfter(long offset, Isolation isolation);

  /**
   * First record with a timestamp of at least {@code timestampMs}, or null; may block. Offsets
   * below the log start never.
   */
  TimestampedOffset offsetForTimestamp(long timestampMs) throws IOException;

  /** The (first) record with the largest timestamp, or null for an empty log; may block. */
  TimestampedOffset maxTimestamp() throws IOException;

  /**
   * Epoch of the record at {@code offset} or of the last one before it, -1 if unknown. Memory only.
   */
  int epochFor(long offset);

  /** The latest leader epoch that the log has, -1 if none. */
  int latestEpoch();

  /** Which leader epoch began where: all that the log knows. */
  LeaderEpochs epochs();

  /**
   * Where {@code leaderEpoch} ends (KIP-101, KIP-279): the largest known epoch that is not greater,
   * and its end offset; (-1, -1) if none.
   */
  EpochEnd endOffsetFor(int leaderEpoch);

  /**
   * @param epoch leader epoch of the record, -1 if unknown
   */
  record TimestampedOffset(long offset, long timestampMs, int epoch) {}

  record EpochEnd(int epoch, long endOffset) {}
}

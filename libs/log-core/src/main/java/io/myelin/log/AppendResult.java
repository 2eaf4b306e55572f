package io.myelin.log;

/** What became of one batch. */
public sealed interface AppendResult {

  /** In the page cache at these offsets. */
  record Appended(long baseOffset, long lastOffset, long logAppendTimeMs) implements AppendResult {}

  /**
   * Stored before, by the same producer with the same sequence numbers: acknowledge with the old
   * offsets.
   */
  record Duplicate(long baseOffset, long lastOffset, long logAppendTimeMs)
      implements AppendResult {}

  /** The producer's sequence does not follow the last one. */
  record OutOfOrderSequence(String message) implements AppendResult {}

  /** A newer incarnation of this producer has written. */
  record InvalidProducerEpoch(String message) implements AppendResult {}

  /** A transactional batch or marker that does not fit the producer's transaction state. */
  record InvalidTransactionState(String message) implements AppendResult {}

  /** No room on the disk: nothing was stored; it may work later. */
  record StorageFull(String message) implements AppendResult {}

  /** The write failed and the log is offline from now on ({@link PartitionLog#failure}). */
  record Failed(Throwable cause) implements AppendResult {}
}

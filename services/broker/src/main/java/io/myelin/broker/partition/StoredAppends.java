package io.myelin.broker.partition;

/**
 * Appends that are in the log and wait until they are as safe as was asked for.
 *
 * <p>Guarantee: each is answered once, in the order of the log among those that wait for the same:
 * when it is committed (acks=all), or when this replica has flushed it, where the topic asks for
 * that, or at once.
 *
 * <p>Threads: confined to the shard.
 *
 * <p>Crash rule: what waits is lost with the process, and was not acknowledged.
 */
final class StoredAppends {
  private final CommitWaiters uncommitted = new CommitWaiters();
  private final CommitWaiters unflushed = new CommitWaiters();

  boolean isEmpty() {
    return uncommitted.isEmpty() && unflushed.isEmpty();
  }

  /**
   * {@code append} is in the log and knows where; in the order of the log.
   *
   * @param durableFirst whether the topic has it flushed before it counts as stored
   */
  void add(PendingAppend append, boolean durableFirst) {
    if (append.awaitsCommit()) {
      uncommitted.add(append);
    } else if (durableFirst) {
      unflushed.add(append);
    } else {
      append.complete(append.stored());
    }
  }

  /**
   * @param storedEnd how far this replica counts as having stored it
   */
  void complete(long highWatermark, long storedEnd) {
    uncommitted.complete(highWatermark);
    unflushed.complete(storedEnd);
  }

  /** Those that wait for other replicas will not have them. */
  void refuseUncommitted(AppendOutcome refusal) {
    uncommitted.refuse(refusal);
  }

  void refuse(AppendOutcome refusal) {
    uncommitted.refuse(refusal);
    unflushed.refuse(refusal);
  }
}

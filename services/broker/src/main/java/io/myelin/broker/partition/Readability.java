package io.myelin.broker.partition;

import io.myelin.log.PartitionLog;

/**
 * Finds when a leader's high watermark has become an answer for readers.
 *
 * <p>Guarantee: the partition is readable in a leader epoch once the watermark has passed all that
 * a former leader may have told of (KIP-207), and whoever listens is told of that, once.
 *
 * <p>Threads: confined to the shard.
 *
 * <p>Crash rule: nothing of it is kept. A leader finds it anew.
 */
final class Readability {
  private final Partition partition;
  private final ProgressListeners listeners;

  /** Of the only replica: up to here a former leader may have told of a watermark. */
  private long soleFrom;

  Readability(Partition partition, ProgressListeners listeners) {
    this.partition = partition;
    this.listeners = listeners;
  }

  /** Another role begins, or the log has been opened: {@code logEnd} is what it begins with. */
  void beginsWith(long logEnd) {
    soleFrom = logEnd;
  }

  /**
   * Role or watermark may have changed.
   *
   * @param log null: it is not open yet
   */
  void look(Role role, PartitionLog log) {
    switch (role) {
      case Role.Sole sole -> {
        if (log != null && log.view().highWatermark() >= soleFrom) {
          readableIn(sole.epoch());
        }
      }
      case Role.Leader leader -> {
        if (leader.isReadable()) {
          readableIn(leader.epoch());
        }
      }
      case Role.None none -> {}
      case Role.Follower follower -> {}
    }
  }

  /** Who waits for that, a coordinator that loads, may otherwise hear of nothing for long. */
  private void readableIn(int epoch) {
    if (partition.becomesReadableIn(epoch)) {
      listeners.signal();
    }
  }
}

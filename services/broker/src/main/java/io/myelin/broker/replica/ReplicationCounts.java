package io.myelin.broker.replica;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What replication has done in this broker since it started. Thread-safe, without contention. */
public final class ReplicationCounts {
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder inSyncShrinks = new LongAdder();
  private final LongAdder inSyncExpands = new LongAdder();

  /** Bytes of batches from leaders. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes of batches to followers. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** How often an in-sync set lost a member. */
  public long inSyncShrinks() {
    return inSyncShrinks.sum();
  }

  /** How often one gained a member. */
  public long inSyncExpands() {
    return inSyncExpands.sum();
  }

  void received(long bytes) {
    bytesIn.add(bytes);
  }

  void sent(long bytes) {
    bytesOut.add(bytes);
  }

  /** The in-sync set of a partition that is led here is another one than before. */
  void inSync(List<Integer> before, List<Integer> now) {
    if (!now.containsAll(before)) {
      inSyncShrinks.increment();
    }
    if (!before.containsAll(now)) {
      inSyncExpands.increment();
    }
  }
}

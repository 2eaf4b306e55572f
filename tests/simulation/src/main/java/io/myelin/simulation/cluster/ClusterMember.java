package io.myelin.simulation.cluster;

import io.myelin.simulation.GroupMembership;
import io.myelin.simulation.cluster.ClusterCoverage.Count;

/**
 * Joins a group, and commits growing offsets of a partition that nobody else commits: whoever
 * coordinates next has to know every one that was acknowledged. Looks at them now and then, without
 * being a member, at any broker that takes itself for the coordinator.
 */
final class ClusterMember extends ClusterClient implements GroupMembership.Host {
  private static final int PARTITION = 0;

  private final GroupMembership membership = new GroupMembership(this, this);
  private final String topic;
  private long attempted = -1;
  private long acknowledged = -1;
  private int commits;
  private int losses;

  ClusterMember(ClusterWorld world, String name, String topic) {
    super(world, name);
    this.topic = topic;
  }

  /** Acknowledged commits so far. */
  int commits() {
    return commits;
  }

  @Override
  void locate() {
    membership.findCoordinator(this::moveTo);
  }

  @Override
  void onConnected() {
    membership.fetchOffset(
        topic,
        PARTITION,
        offset -> {
          fetched(offset);
          membership.join();
        });
  }

  /** A coordinator that does not know yet that another one is elected may be behind. */
  private void fetched(long offset) {
    if (!isAtNewestLeader("__consumer_offsets", 0)) {
      return;
    }
    forgetWhatMayBeLost();
    if (offset < acknowledged || offset > attempted) {
      world.violation(
          "%s: committed offset is %d, but %d was acknowledged and %d the last attempt"
              .formatted(name, offset, acknowledged, attempted));
    }
    acknowledged = Math.max(acknowledged, offset);
  }

  /** The end of the offsets' log is gone with the power of all brokers: an older one may count. */
  private void forgetWhatMayBeLost() {
    int now = world.ledger("__consumer_offsets", 0).losses();
    if (now != losses) {
      losses = now;
      acknowledged = -1;
    }
  }

  @Override
  public void joined() {
    world.coverage().count(Count.REBALANCES);
  }

  @Override
  public void work() {
    switch (world.random().nextInt(12)) {
      case 0 -> reconnect(); // and looks at what is committed
      case 1, 2, 3 -> membership.heartbeat();
      default -> commit();
    }
  }

  private void commit() {
    long offset = ++attempted;
    membership.commit(
        topic,
        PARTITION,
        offset,
        () -> {
          forgetWhatMayBeLost();
          acknowledged = Math.max(acknowledged, offset);
          commits++;
          world.coverage().count(Count.OFFSET_COMMITS);
        });
  }

  @Override
  public void rest() {
    later(10 + world.random().nextInt(100), this::work);
  }

  @Override
  public void seek() {
    later(50, this::reconnect);
  }
}

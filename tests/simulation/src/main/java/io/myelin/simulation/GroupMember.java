package io.myelin.simulation;

/**
 * Joins a group, commits offsets of a partition that nobody else commits, and crashes now and then:
 * then the group has to do without it until its session has timed out.
 */
final class GroupMember extends Client implements GroupMembership.Host {
  private final GroupMembership membership = new GroupMembership(this, this);
  private final PartitionHistory committed;
  private final OffsetHistory offsets;
  private int commits;

  GroupMember(World world, String name, PartitionHistory committed) {
    super(world, name);
    this.committed = committed;
    this.offsets = world.offsets("the group's of " + committed);
  }

  /** Acknowledged commits so far. */
  int commits() {
    return commits;
  }

  @Override
  void onConnected() {
    membership.findCoordinator(broker -> fetchOffset());
  }

  private void fetchOffset() {
    membership.fetchOffset(
        committed.topic(),
        committed.id(),
        offset -> {
          offsets.fetched(offset);
          membership.join();
        });
  }

  @Override
  public void joined() {
    world.coverage().rebalances++;
  }

  @Override
  public void work() {
    if (world.random().nextInt(100) == 0) {
      membership.forget();
      reconnect();
    } else if (world.random().nextInt(3) == 0) {
      membership.heartbeat();
    } else {
      commit();
    }
  }

  private void commit() {
    long offset = offsets.next();
    membership.commit(
        committed.topic(),
        committed.id(),
        offset,
        () -> {
          offsets.acknowledged(offset);
          commits++;
        });
  }

  @Override
  public void rest() {
    later(1 + world.random().nextInt(100), this::work);
  }

  @Override
  public void seek() {
    later(100, this::onConnected);
  }
}

package io.myelin.simulation;

/** What a group's one committer of a partition knows about its committed offset. */
final class OffsetHistory {
  private final World world;
  private final String name;
  private long acknowledged = -1;
  private long attempted = -1;
  private boolean mayBeLost;

  OffsetHistory(World world, String name) {
    this.world = world;
    this.name = name;
  }

  /** An offset to commit; larger than all before. */
  long next() {
    return ++attempted;
  }

  long attempted() {
    return attempted;
  }

  void acknowledged(long offset) {
    acknowledged = Math.max(acknowledged, offset);
    world.coverage().offsetCommits++;
  }

  /** The offsets topic does not flush every message. */
  void powerLost() {
    mayBeLost = true;
  }

  /** The coordinator's answer; -1 if it knows of none. */
  void fetched(long offset) {
    if (offset > attempted || (offset < acknowledged && !mayBeLost)) {
      world.violation(
          "%s: committed offset is %d, but %d was acknowledged and %d the last attempt"
              .formatted(name, offset, acknowledged, attempted));
    }
    acknowledged = offset;
    mayBeLost = false;
  }
}

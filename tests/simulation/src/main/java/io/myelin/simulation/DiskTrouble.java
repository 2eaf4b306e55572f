package io.myelin.simulation;

import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import io.myelin.sim.SimRandomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What happens to the disk while the broker works. */
final class DiskTrouble {
  static final long ROOM_BYTES = 1L << 40;

  private final World world;
  private final SimDisk disk;
  private final SimRandomness random;

  DiskTrouble(World world) {
    this.world = world;
    this.disk = world.simulation().disk();
    this.random = world.random();
  }

  /**
   * Begins one kind of trouble, or none. It ends by itself, or when the disk is healed.
   *
   * @return whether a sync may have failed
   */
  boolean begin(int kind) throws IOException {
    switch (kind) {
      case 0 -> {
        return fillUp();
      }
      case 1 -> slowDown();
      case 2 -> {
        fail(EnumSet.of(DiskOperation.FORCE), 0.05);
        world.coverage().failedSyncs++;
        return true;
      }
      case 3 -> fail(EnumSet.of(DiskOperation.WRITE), 0.02);
      default -> {}
    }
    return false;
  }

  /**
   * Full within the next appends, or the next forces; room again some time later, perhaps after the
   * next crash.
   *
   * @return whether forces fail
   */
  private boolean fillUp() throws IOException {
    Path any = SimulatedBroker.LOGS;
    long used = disk.totalBytes(any) - disk.usableBytes(any);
    boolean late = random.nextInt(2) == 0;
    disk.allocateLate(late);
    disk.setCapacity(used + random.nextInt(20_000));
    world.coverage().fullDisks++;
    world.clock().after(200 + random.nextInt(1500), () -> disk.setCapacity(ROOM_BYTES));
    return late;
  }

  private void slowDown() {
    long nsMax = TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(20));
    disk.faults()
        .chargeTime(
            (operation, path, bytes) ->
                operation == DiskOperation.FORCE ? random.nextInt((int) nsMax) : bytes);
  }

  private void fail(Set<DiskOperation> operations, double probability) {
    disk.faults()
        .failWhen(
            (operation, path) -> operations.contains(operation) && random.chance(probability));
  }
}

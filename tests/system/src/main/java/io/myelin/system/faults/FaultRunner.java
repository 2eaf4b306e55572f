package io.myelin.system.faults;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.cluster.Link;
import io.myelin.system.cluster.Link.Direction;
import io.myelin.system.cluster.SmallDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Carries a schedule out, and prints what it does when. Whatever it did is made good when it
 * returns. Confined to the thread that runs it.
 */
public final class FaultRunner {
  private static final Duration DELAY = Duration.ofMillis(60);

  private record Step(long atMs, Fault fault, boolean begins) {}

  private final ClusterUnderTest cluster;
  private final PrintStream out;

  public FaultRunner(ClusterUnderTest cluster, PrintStream out) {
    this.cluster = cluster;
    this.out = out;
  }

  /**
   * Returns after {@code lengthMs}, or later if the last fault takes longer to be made good.
   *
   * @throws IOException if a process did not start or stop
   */
  public void run(List<Fault> faults, long lengthMs) throws IOException, InterruptedException {
    long originNs = System.nanoTime();
    for (Step step : steps(faults)) {
      awaitMs(originNs, step.atMs);
      out.printf(
          "%7.1f s  %s%n",
          (System.nanoTime() - originNs) / 1e9,
          step.begins ? step.fault : "  over: " + step.fault.kind() + " " + step.fault.target());
      if (step.begins) {
        begin(step.fault);
      } else {
        end(step.fault);
      }
    }
    awaitMs(originNs, lengthMs);
  }

  private static List<Step> steps(List<Fault> faults) {
    List<Step> steps = new ArrayList<>();
    for (Fault fault : faults) {
      steps.add(new Step(fault.startMs(), fault, true));
      steps.add(new Step(fault.endMs(), fault, false));
    }
    steps.sort(Comparator.comparingLong(Step::atMs)); // stable: a short fault begins first
    return steps;
  }

  private static void awaitMs(long originNs, long atMs) throws InterruptedException {
    long leftNs = originNs + TimeUnit.MILLISECONDS.toNanos(atMs) - System.nanoTime();
    boolean _ = new CountDownLatch(1).await(leftNs, TimeUnit.NANOSECONDS);
  }

  private void begin(Fault fault) throws IOException, InterruptedException {
    String target = fault.target();
    switch (fault.kind()) {
      case KILL -> cluster.kill(target);
      case FREEZE -> cluster.freeze(target);
      case RESTART -> cluster.stop(target);
      case CUT -> link(target).cut();
      case SILENCE -> link(target).hold(EnumSet.allOf(Direction.class));
      case HOLD_REQUESTS -> link(target).hold(EnumSet.of(Direction.REQUESTS));
      case HOLD_ANSWERS -> link(target).hold(EnumSet.of(Direction.ANSWERS));
      case DELAY -> link(target).delay(DELAY);
      case HALF_OPEN -> link(target).orphan();
      case FULL_DISK -> disk(target).fill();
    }
  }

  private void end(Fault fault) throws IOException, InterruptedException {
    String target = fault.target();
    switch (fault.kind()) {
      case KILL, RESTART -> cluster.start(target);
      case FREEZE -> cluster.thaw(target);
      case CUT, SILENCE, HOLD_REQUESTS, HOLD_ANSWERS, DELAY -> link(target).heal();
      case HALF_OPEN -> {}
      case FULL_DISK -> disk(target).empty();
    }
  }

  private Link link(String name) {
    return cluster.links().stream()
        .filter(link -> link.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private SmallDisk disk(String name) {
    return cluster.disks().stream()
        .filter(disk -> disk.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}

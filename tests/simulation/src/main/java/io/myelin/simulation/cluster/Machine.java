package io.myelin.simulation.cluster;

import io.myelin.env.Environment;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import io.myelin.simulation.SimulatedProcess;
import io.myelin.simulation.Stacks;

/**
 * A machine with one of the cluster's processes: its disk and its clock outlive the process.
 * Confined to the simulation's thread.
 */
abstract class Machine {
  final Cluster cluster;
  final int id;
  final String host;
  final SimDisk disk;
  final HostClock clock;
  private SimulatedProcess process;
  private Environment world;
  private boolean powered = true;
  private int life;

  Machine(Cluster cluster, String kind, int id) {
    this.cluster = cluster;
    this.id = id;
    this.host = kind + "-" + id;
    this.disk = cluster.newDisk();
    this.clock = new HostClock(cluster.simulation().clock());
  }

  /** The process begins a new life, and the machine runs. */
  final void start() {
    if (isAlive()) {
      throw new IllegalStateException(host + " runs already");
    }
    restorePower();
    life++;
    int thisLife = life;
    Environment host = cluster.simulation().environment(this.host, disk);
    world =
        new Environment(
            clock,
            host.scheduler(),
            host.threads(),
            host.disk(),
            host.randomness(),
            host.network());
    process =
        new SimulatedProcess(
            world,
            e ->
                cluster.violation(
                    "%s, life %d: a task threw %s".formatted(this.host, thisLife, Stacks.of(e))));
    process.environment().threads().serial("main").execute(() -> run(process.environment()));
  }

  /** What the process does first. */
  abstract void run(Environment env);

  /** The process is gone; what it was to others has to be forgotten. */
  void ended() {}

  /** The process dies; its machine tells those that it was connected to. */
  final void kill() {
    crash(Crash.PROCESS_KILL);
  }

  /**
   * The process ends, now or in the middle of its present disk access. Without power the machine is
   * silent until the next {@link #start}.
   */
  final void crash(Crash how) {
    if (how != Crash.PROCESS_KILL && powered) {
      powered = false;
      cluster.others(this).forEach(other -> cluster.links().cut(this, host, other.host));
      cluster.others(this).forEach(other -> cluster.links().cut(this, other.host, host));
    }
    if (isAlive()) {
      process.end();
      world.network().close();
      ended();
    }
    disk.crash(how);
  }

  private void restorePower() {
    powered = true;
    cluster.links().heal(this);
  }

  final void freeze() {
    process.freeze();
  }

  final void thaw() {
    if (isAlive() && process.isFrozen()) {
      process.thaw();
    }
  }

  final boolean isFrozen() {
    return isAlive() && process.isFrozen();
  }

  public final boolean isAlive() {
    return process != null && process.isAlive();
  }

  public final int life() {
    return life;
  }

  final SimulatedProcess process() {
    return process;
  }

  @Override
  public final String toString() {
    return host;
  }
}

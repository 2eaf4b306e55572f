package io.myelin.simulation.cluster;

import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster and its clients, before anything has gone wrong: time passes only here, and after every
 * event the invariants are checked. Confined to one thread.
 */
final class ClusterStage {
  /** Simulated time in which anything must have happened when nothing is broken. */
  private static final long PATIENCE_MS = 30_000;

  final Simulation simulation;
  final ClusterWorld world;
  final Cluster cluster;
  final SimRandomness random;
  final Invariants invariants;
  final Faults faults;

  /**
   * @param trace is told every event; null: nobody is
   */
  ClusterStage(long seed, Seams seams, Consumer<String> trace) {
    simulation = new Simulation(seed);
    simulation.onEvent(trace);
    world = new ClusterWorld(simulation, seams);
    cluster = world.cluster();
    random = simulation.randomness();
    invariants = new Invariants(world);
    faults = new Faults(world);
  }

  /** All machines run, and all brokers are known to the controller. */
  void start() {
    cluster.start();
    await("all brokers", () -> cluster.brokers().stream().allMatch(BrokerMachine::isRegistered));
  }

  /** One partition with three replicas. */
  PartitionLedger makeTopic(String topic, Map<String, String> configs) {
    ClusterTopicMaker maker = new ClusterTopicMaker(world, topic, 1, configs);
    maker.start();
    await("topic " + topic, maker::isDone);
    PartitionLedger ledger = world.ledger(topic, 0);
    if ("1".equals(configs.get("flush.messages"))) {
      ledger.flushesFirst();
    }
    return ledger;
  }

  void passTime(long ms) {
    awaitFor(ms, () -> false);
  }

  /** A violation if it does not happen. */
  void await(String what, BooleanSupplier condition) {
    if (!awaitFor(PATIENCE_MS, condition)) {
      world.violation(
          "%s did not happen within %d ms: %s".formatted(what, PATIENCE_MS, invariants.describe()));
    }
  }

  /** False: it did not happen in that time. */
  boolean awaitFor(long ms, BooleanSupplier condition) {
    return simulation.runUntil(
        () -> {
          world.coverage().count(Count.EVENTS);
          invariants.check();
          return condition.getAsBoolean();
        },
        ms);
  }
}

package io.myelin.simulation.cluster;

import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One run of a cluster: clients work, machines fail, and everything comes back. */
final class ClusterRun {
  // Simulated time in which anything must have happened when nothing is broken.
  private static final long PATIENCE_MS = 60_000;

  private final Simulation simulation;
  private final ClusterWorld world;
  private final Cluster cluster;
  private final SimRandomness random;
  private final Invariants invariants;
  private final List<ClusterProducer> producers = new ArrayList<>();

  /**
   * @param trace is told every event
   */
  ClusterRun(long seed, Seams seams, Consumer<String> trace) {
    simulation = new Simulation(seed);
    simulation.onEvent(trace);
    world = new ClusterWorld(simulation, seams);
    cluster = world.cluster();
    random = simulation.randomness();
    invariants = new Invariants(world);
  }

  ClusterCoverage run() {
    begin();
    passTime(2_000);
    finish();
    world.coverage().count(Count.RUNS);
    return world.coverage();
  }

  private void begin() {
    cluster.start();
    await("all brokers", () -> cluster.brokers().stream().allMatch(BrokerMachine::isRegistered));
    makeTopic("fast", 1, Map.of("internal.segment.bytes", "20000"));
    makeTopic("safe", 1, Map.of("internal.segment.bytes", "20000", "flush.messages", "1"));
    int number = 0;
    for (PartitionLedger ledger : List.of(world.ledger("fast", 0), world.ledger("safe", 0))) {
      producers.add(new ClusterProducer(world, ClusterProducer.IDEMPOTENT + number++, ledger));
      if (random.nextInt(2) == 0) {
        producers.add(new ClusterProducer(world, "plain" + number++, ledger));
      }
    }
    producers.forEach(ClusterClient::start);
  }

  private void makeTopic(String topic, int partitions, Map<String, String> configs) {
    ClusterTopicMaker maker = new ClusterTopicMaker(world, topic, partitions, configs);
    maker.start();
    await("topic " + topic, maker::isDone);
  }

  private void finish() {
    world.stopProducing();
    await("the last answers", () -> producers.stream().allMatch(ClusterProducer::isIdle));
    await("agreement", invariants::isAgreed);
  }

  private void passTime(long ms) {
    awaitFor(ms, () -> false);
  }

  private void await(String what, BooleanSupplier condition) {
    if (!awaitFor(PATIENCE_MS, condition)) {
      world.violation(
          "%s did not happen within %d ms: %s"
              .formatted(what, PATIENCE_MS, invariants.describe()));
    }
  }

  private boolean awaitFor(long ms, BooleanSupplier condition) {
    return simulation.runUntil(
        () -> {
          world.coverage().count(Count.EVENTS);
          invariants.check();
          return condition.getAsBoolean();
        },
        ms);
  }
}

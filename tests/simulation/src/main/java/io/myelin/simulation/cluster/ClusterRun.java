package io.myelin.simulation.cluster;

import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run of a cluster: clients work, machines and ways fail, and everything comes back. The seed
 * decides about all of it.
 */
final class ClusterRun {
  // Simulated time in which anything must have happened when nothing is broken.
  private static final long PATIENCE_MS = 30_000;
  private static final int REPAIR_MS = 500;

  private final Simulation simulation;
  private final ClusterWorld world;
  private final Cluster cluster;
  private final SimRandomness random;
  private final Invariants invariants;
  private final Faults faults;
  private final List<ClusterProducer> producers = new ArrayList<>();
  private final List<ClusterConsumer> consumers = new ArrayList<>();
  private final List<ClusterMember> members = new ArrayList<>();

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
    faults = new Faults(world, invariants.metadata());
  }

  ClusterCoverage run() {
    begin();
    FaultKind[] kinds = FaultKind.values();
    for (int left = 2 + random.nextInt(3); left > 0; left--) {
      passTime(100 + random.nextInt(1_000));
      begin(kinds[random.nextInt(kinds.length)]);
      if (random.nextInt(2) == 0) {
        passTime(random.nextInt(300));
        begin(kinds[random.nextInt(kinds.length)]);
      }
    }
    passTime(500 + random.nextInt(1_500));
    finish();
    world.coverage().count(Count.RUNS);
    return world.coverage();
  }

  private void begin() {
    cluster.start();
    await("all brokers", () -> cluster.brokers().stream().allMatch(BrokerMachine::isRegistered));
    makeTopic("fast", Map.of("internal.segment.bytes", "20000"));
    makeTopic("safe", Map.of("internal.segment.bytes", "20000", "flush.messages", "1"));
    int number = 0;
    for (PartitionLedger ledger : List.of(world.ledger("fast", 0), world.ledger("safe", 0))) {
      producers.add(new ClusterProducer(world, ClusterProducer.IDEMPOTENT + number++, ledger));
      if (random.nextInt(2) == 0) {
        producers.add(new ClusterProducer(world, "plain" + number++, ledger));
      }
      consumers.add(new ClusterConsumer(world, "consumer" + number++, ledger));
    }
    members.add(new ClusterMember(world, "member", "fast"));
    producers.forEach(ClusterClient::start);
    consumers.forEach(ClusterClient::start);
    members.forEach(ClusterClient::start);
  }

  private void begin(FaultKind kind) {
    try {
      faults.begin(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeTopic(String topic, Map<String, String> configs) {
    ClusterTopicMaker maker = new ClusterTopicMaker(world, topic, 1, configs);
    maker.start();
    await("topic " + topic, maker::isDone);
    world.ledger(topic, 0);
  }

  /** Everything is repaired; then everybody gets what was promised, and all agree. */
  private void finish() {
    repair();
    await("work for everybody", () -> producers.stream().allMatch(one -> one.acknowledged() > 0));
    world.stopProducing();
    await("the last answers", () -> producers.stream().allMatch(ClusterProducer::isIdle));
    for (ClusterMember member : members) {
      int before = member.commits();
      await("a commit of " + member.name, () -> member.commits() > before);
      member.stop();
    }
    await("agreement", invariants::isAgreed);
    for (ClusterConsumer consumer : consumers) {
      await("reading all", () -> consumer.position() == consumer.source().end());
    }
  }

  /** From now on nothing breaks any more, and what is broken is repaired again and again. */
  private void repair() {
    faults.endAll();
    faults.restartFailed();
    world.clock().after(REPAIR_MS, this::repair);
  }

  private void passTime(long ms) {
    awaitFor(ms, () -> false);
  }

  private void await(String what, BooleanSupplier condition) {
    if (!awaitFor(PATIENCE_MS, condition)) {
      world.violation(
          "%s did not happen within %d ms: %s".formatted(what, PATIENCE_MS, invariants.describe()));
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

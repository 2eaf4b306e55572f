package io.myelin.simulation.cluster;

import io.myelin.sim.SimRandomness;
import io.myelin.simulation.BatchSender;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One run of a cluster: clients work, machines and ways fail, and everything comes back. The seed
 * decides about all of it.
 */
final class ClusterRun {
  private static final int REPAIR_MS = 500;
  private static final int ATTEMPTS_MAX = 30;

  /** In one run of so many, partitions move about as well. */
  private static final int MOVES_EVERY = 5;

  private final long seed;
  private final ClusterStage stage;
  private final ClusterWorld world;
  private final SimRandomness random;
  private final List<ClusterProducer> producers = new ArrayList<>();
  private final List<ClusterConsumer> consumers = new ArrayList<>();
  private final List<ClusterMember> members = new ArrayList<>();
  private final List<ClusterMover> movers = new ArrayList<>();

  /**
   * @param trace is told every event; null: nobody is
   */
  ClusterRun(long seed, Seams seams, Consumer<String> trace) {
    this.seed = seed;
    stage = new ClusterStage(seed, seams, trace);
    world = stage.world;
    random = stage.random;
  }

  ClusterCoverage run() {
    stage.start();
    begin();
    FaultKind[] kinds = FaultKind.values();
    for (int left = 2 + random.nextInt(3); left > 0; left--) {
      stage.passTime(100 + random.nextInt(1_000));
      begin(kinds[random.nextInt(kinds.length)]);
      if (random.nextInt(2) == 0) {
        stage.passTime(random.nextInt(300));
        begin(kinds[random.nextInt(kinds.length)]);
      }
    }
    stage.passTime(500 + random.nextInt(1_500));
    repair();
    reachMinimums();
    finish();
    world.coverage().count(Count.RUNS);
    return world.coverage();
  }

  private void begin() {
    int number = 0;
    for (PartitionLedger ledger :
        List.of(
            stage.makeTopic("fast", Map.of("internal.segment.bytes", "20000")),
            stage.makeTopic(
                "safe", Map.of("internal.segment.bytes", "20000", "flush.messages", "1")))) {
      producers.add(new ClusterProducer(world, BatchSender.IDEMPOTENT + number++, ledger));
      switch (random.nextInt(3)) {
        case 0 ->
            producers.add(new ClusterProducer(world, BatchSender.IDEMPOTENT + number++, ledger));
        case 1 -> producers.add(new ClusterProducer(world, "plain" + number++, ledger));
        default -> {} // the one is enough
      }
      consumers.add(new ClusterConsumer(world, "consumer" + number++, ledger));
      if (seed % MOVES_EVERY == 0) {
        world.powerCuts().end();
        // With chance of its own, so that the other runs are what they would be without.
        SimRandomness own = new SimRandomness(seed + number);
        movers.add(new ClusterMover(world, "mover" + number, ledger, own));
      }
    }
    members.add(new ClusterMember(world, "member", "fast"));
    producers.forEach(ClusterClient::start);
    consumers.forEach(ClusterClient::start);
    members.forEach(ClusterClient::start);
    movers.forEach(ClusterClient::start);
  }

  private void begin(FaultKind kind) {
    try {
      stage.faults.begin(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on nothing stays broken: what is gets repaired again and again. */
  private void repair() {
    stage.faults.endAll();
    stage.faults.restartFailed();
    world.clock().after(REPAIR_MS, this::repair);
  }

  /** Chance may have left out what a run is for. */
  private void reachMinimums() {
    stage.await(
        "work for everybody", () -> producers.stream().allMatch(one -> one.acknowledged() > 0));
    for (int attempts = 0; !world.coverage().hasMinimums(); attempts++) {
      if (attempts == ATTEMPTS_MAX) {
        world.violation("too little happens: " + world.coverage());
      }
      begin(FaultKind.LEADER_KILLED_WITH_UNSHARED_RECORDS);
      stage.awaitFor(2_000, () -> world.coverage().hasMinimums());
    }
  }

  /** Everybody gets what was promised, and all agree. */
  private void finish() {
    world.stopProducing();
    stage.await("the last answers", () -> producers.stream().allMatch(ClusterProducer::isIdle));
    for (ClusterMember member : members) {
      int before = member.commits();
      stage.await("a commit of " + member.name, () -> member.commits() > before);
      member.stop();
    }
    movers.forEach(ClusterMover::settle);
    stage.await("the last moves", () -> movers.stream().allMatch(ClusterMover::isSettled));
    movers.forEach(ClusterClient::stop);
    stage.await("agreement", stage.invariants::isAgreed);
    for (ClusterConsumer consumer : consumers) {
      stage.await("reading all", () -> consumer.position() == consumer.source().end());
    }
  }
}

package io.myelin.simulation.cluster;

import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Crash;
import io.myelin.simulation.BatchSender;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cluster, one partition with three replicas, and a producer that writes to it: what befalls
 * them, the test says step by step. What is committed is watched all the time, as in the random
 * runs.
 */
abstract class PartitionScenario {
  final ClusterStage stage = new ClusterStage(1, Seams.SOUND, null);
  final ClusterWorld world = stage.world;
  PartitionLedger ledger;
  ClusterProducer producer;

  /** The topic has these settings, and the first records are acknowledged. */
  void begin(Map<String, String> configs) {
    stage.start();
    ledger = stage.makeTopic("t", configs);
    producer = new ClusterProducer(world, BatchSender.IDEMPOTENT, ledger);
    producer.start();
    awaitMoreAcknowledged();
  }

  PartitionImage state() {
    return world.metadata().state(ledger.topic(), ledger.id());
  }

  BrokerMachine leader() {
    return world.cluster().broker(state().leader());
  }

  List<BrokerMachine> others(BrokerMachine than) {
    List<BrokerMachine> others = new ArrayList<>(world.cluster().brokers());
    others.remove(than);
    return others;
  }

  void kill(BrokerMachine broker) {
    world.crash(broker, Crash.PROCESS_KILL);
  }

  /**
   * The others are killed while {@code last} has all that is acknowledged: the first while two are
   * still enough to commit without it, the second so that it stays eligible.
   */
  void killAllBut(BrokerMachine last) {
    List<BrokerMachine> others = others(last);
    kill(others.getFirst());
    stage.await("two in sync", () -> state().inSync().size() == 2);
    awaitMoreAcknowledged();
    kill(others.getLast());
    stage.await("one in sync", () -> state().inSync().equals(List.of(last.id)));
  }

  void awaitMoreAcknowledged() {
    int before = producer.acknowledged();
    stage.await("more records", () -> producer.acknowledged() >= before + 10);
  }

  /** Whatever is broken is mended, and the producer gets on. */
  void mendAllAndEndInAgreement() {
    stage.faults.endAll();
    awaitMoreAcknowledged();
    endInAgreement();
  }

  /** The producer stops, and all replicas become the same. */
  void endInAgreement() {
    world.stopProducing();
    stage.await("the last answers", producer::isIdle);
    stage.await("agreement", stage.invariants::isAgreed);
  }
}

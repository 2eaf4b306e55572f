package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.PartitionImage;
import io.myelin.simulation.BatchSender;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * All machines with brokers lose their power at once, and what they have not forced. Nobody helps
 * but by switching them on again. What is committed is watched all the time, as in the random runs.
 */
class AllBrokersLosePowerTest {
  private final ClusterStage stage = new ClusterStage(1, Seams.SOUND, null);
  private final ClusterWorld world = stage.world;

  @Test
  void aTopicThatFlushesBeforeItAcknowledgesLosesNothing() {
    PartitionLedger ledger = topic(Map.of("flush.messages", "1"));
    ClusterProducer producer = produceTo(ledger);
    long committed = ledger.end();

    losePowerAndComeBack();

    awaitMoreAcknowledged(producer);
    assertThat(ledger.losses()).isZero();
    assertThat(ledger.end()).isGreaterThan(committed);
    endInAgreement(producer);
  }

  @Test
  void anyOtherTopicGoesOnWithTheMostThatALastKnownReplicaHas() {
    PartitionLedger ledger = topic(Map.of());
    ClusterProducer producer = produceTo(ledger);

    losePowerAndComeBack();

    awaitMoreAcknowledged(producer);
    assertThat(world.coverage().of(Count.LAST_KNOWN_ELECTIONS)).isPositive();
    endInAgreement(producer);
  }

  @Test
  void partitionsWaitForAllThatMayHaveMost() {
    PartitionLedger ledger = topic(Map.of());
    ClusterProducer producer = produceTo(ledger);
    world.powerCuts().takeAll();
    stage.await("that nobody leads", () -> !state(ledger).hasLeader());
    assertThat(state(ledger).lastKnown()).isEmpty();
    int one = state(ledger).eligible().getFirst();
    world.cluster().brokers().stream().filter(broker -> broker.id != one).forEach(Machine::start);
    stage.passTime(5_000);
    assertThat(state(ledger).hasLeader()).isFalse();

    world.cluster().broker(one).start();

    awaitMoreAcknowledged(producer);
    endInAgreement(producer);
  }

  @Test
  void theyComeBackAlsoWhenThePowerFailsAgainBeforeTheyHave() {
    PartitionLedger flushing = topic(Map.of("flush.messages", "1"));
    ClusterProducer producer = produceTo(flushing);
    for (int again = 0; again < 3; again++) {
      losePowerAndComeBack();
      stage.passTime(100 + world.random().nextInt(300));
    }

    awaitMoreAcknowledged(producer);
    assertThat(flushing.losses()).isZero();
    endInAgreement(producer);
  }

  private PartitionLedger topic(Map<String, String> configs) {
    stage.start();
    return stage.makeTopic("t", configs);
  }

  private ClusterProducer produceTo(PartitionLedger ledger) {
    ClusterProducer producer = new ClusterProducer(world, BatchSender.IDEMPOTENT, ledger);
    producer.start();
    awaitMoreAcknowledged(producer);
    return producer;
  }

  private void losePowerAndComeBack() {
    world.powerCuts().takeAll();
    world.cluster().brokers().forEach(Machine::start);
  }

  private PartitionImage state(PartitionLedger ledger) {
    return world.metadata().state(ledger.topic(), ledger.id());
  }

  private void awaitMoreAcknowledged(ClusterProducer producer) {
    int before = producer.acknowledged();
    stage.await("more records", () -> producer.acknowledged() >= before + 10);
  }

  private void endInAgreement(ClusterProducer producer) {
    world.stopProducing();
    stage.await("the last answers", producer::isIdle);
    stage.await("agreement", stage.invariants::isAgreed);
  }
}

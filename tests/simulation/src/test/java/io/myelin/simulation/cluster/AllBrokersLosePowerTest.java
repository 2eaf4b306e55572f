package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * All machines with brokers lose their power at once, and what they have not forced. Nobody helps
 * but by switching them on again.
 */
class AllBrokersLosePowerTest extends PartitionScenario {

  @Test
  void aTopicThatFlushesBeforeItAcknowledgesLosesNothing() {
    begin(Map.of("flush.messages", "1"));
    long committed = ledger.end();

    losePowerAndComeBack();

    awaitMoreAcknowledged();
    assertThat(ledger.losses()).isZero();
    assertThat(ledger.end()).isGreaterThan(committed);
    endInAgreement();
  }

  @Test
  void anyOtherTopicGoesOnWithTheMostThatALastKnownReplicaHas() {
    begin(Map.of());

    losePowerAndComeBack();

    awaitMoreAcknowledged();
    assertThat(world.coverage().of(Count.LAST_KNOWN_ELECTIONS)).isPositive();
    endInAgreement();
  }

  @Test
  void partitionsWaitForAllThatMayHaveMost() {
    begin(Map.of());
    world.powerCuts().takeAll();
    stage.await("that nobody leads", () -> !state().hasLeader());
    assertThat(state().lastKnown()).isEmpty();
    int one = state().eligible().getFirst();
    world.cluster().brokers().stream().filter(broker -> broker.id != one).forEach(Machine::start);
    stage.passTime(5_000);
    assertThat(state().hasLeader()).isFalse();

    world.cluster().broker(one).start();

    awaitMoreAcknowledged();
    endInAgreement();
  }

  @Test
  void theyComeBackAlsoWhenThePowerFailsAgainBeforeTheyHave() {
    begin(Map.of("flush.messages", "1"));
    for (int again = 0; again < 3; again++) {
      losePowerAndComeBack();
      stage.passTime(100 + world.random().nextInt(300));
    }

    awaitMoreAcknowledged();
    assertThat(ledger.losses()).isZero();
    endInAgreement();
  }

  private void losePowerAndComeBack() {
    world.powerCuts().takeAll();
    world.cluster().brokers().forEach(Machine::start);
  }
}

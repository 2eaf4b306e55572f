package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Member;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition whose preferred leader, broker 1, is back, and led by broker 2. */
class LeaderRebalanceTest extends SimulatedSessions {
  private static final int HOUR_MS = 3_600_000;

  LeaderRebalanceTest() {
    super(HOUR_MS, 1);
  }

  private Member member(int broker) {
    return new Member(broker, controller.image().brokers().get(broker).epoch());
  }

  @BeforeEach
  void broker2LeadsInThePlaceOfBroker1() {
    for (int id = 1; id <= 2; id++) {
      await(controller.register(broker(id, new UUID(0, id), true, "disk")));
      await(controller.unfence(id));
    }
    makeTopic(List.of(1, 2));
    await(controller.fence(1));
    await(controller.unfence(1));
    await(
        controller.alterPartitions(
            List.of(
                new InSyncChange(
                    controller.image().topic("a").id(),
                    0,
                    member(2),
                    partition().leaderEpoch(),
                    partition().partitionEpoch(),
                    List.of(member(1), member(2))))));
    assertThat(partition().leader()).isEqualTo(2);
  }

  @Test
  void leadershipReturnsAfterTheInterval() {
    sessions.rebalanceEvery(OptionalLong.of(60_000));
    sessions.leads(controller, "store", 3);

    simulation.runFor(59_000);
    assertThat(partition().leader()).isEqualTo(2);
    simulation.runFor(2_000);
    assertThat(partition().leader()).isEqualTo(1);
  }

  @Test
  void leadershipStaysWhereItIsWhenItIsSwitchedOff() {
    sessions.rebalanceEvery(OptionalLong.empty());
    sessions.leads(controller, "store", 3);

    simulation.runFor(HOUR_MS / 2);
    assertThat(partition().leader()).isEqualTo(2);
  }
}

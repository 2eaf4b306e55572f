package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Controller.TopicPartition;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What is believed of a broker that comes back: as another machine under a forgotten id, or without
 * one of its disks. Three replicas of one partition, two of which have to be in sync.
 */
class ReturningBrokersTest {
  private static final String DISKS = "one@boot-1 two@boot-1";

  private long lives;
  private final ActiveController controller =
      ActiveController.start(
              new InMemoryMetadataStore("test"),
              new ControllerSettings(9, 1, 3, 2, true, Map.of()),
              new TestingThreads(new CallersThread()),
              new SimRandomness(1))
          .join();

  ReturningBrokersTest() {
    for (int id = 1; id <= 3; id++) {
      comes(id, true, DISKS);
      controller.unfence(id).join();
    }
    controller
        .createTopics(
            List.of(new NewTopic("a", -1, -1, Map.of(0, List.of(1, 2, 3)), Map.of())), false)
        .join();
  }

  /** Its disks are those of the life before, where there was one. */
  private void comes(int id, boolean cleanStop, String storage) {
    BrokerImage former = controller.image().brokers().get(id);
    comes(id, cleanStop, storage, former == null ? 0 : former.epoch());
  }

  private void comes(int id, boolean cleanStop, String storage, long formerEpoch) {
    controller
        .register(
            new BrokerRegistration(
                id,
                new UUID(0, ++lives),
                Map.of("PLAINTEXT", new BrokerImage.Endpoint("localhost", 9092 + id)),
                Optional.of(new BrokerImage.Endpoint("localhost", 9192 + id)),
                Optional.empty(),
                cleanStop,
                storage,
                formerEpoch))
        .join();
  }

  private PartitionImage partition() {
    return controller.image().partition("a", 0);
  }

  private static void assertOk(Result<?> result) {
    assertThat(result).isInstanceOf(Result.Ok.class);
  }

  @Test
  void aNewMachineWithAForgottenIdHasNothing() {
    controller.fence(3).join();
    controller.fence(2).join();
    assertThat(partition().eligible()).containsExactly(2);

    assertOk(controller.unregisterBroker(2).join());
    assertThat(partition().eligible()).isEmpty();
    comes(2, false, "new@boot-1", 0);
    controller.unfence(2).join();
    controller.fence(1).join();

    assertThat(partition().hasLeader()).isFalse();
    assertThat(partition().eligible()).containsExactly(1);
    assertThat(partition().lastKnown()).isEmpty();
  }

  @Test
  void norHasOneThatStoppedInOrderElsewhere() {
    controller.fence(3).join();
    controller.fence(2).join();
    controller.unregisterBroker(2).join();

    comes(2, true, DISKS, 77);
    controller.unfence(2).join();
    controller.fence(1).join();

    assertThat(partition().hasLeader()).isFalse();
  }

  @Test
  void theLastOneThatMayHaveEverythingIsNotForgottenUntilThatIsGivenUp() {
    controller.fence(1).join();
    controller.fence(3).join();
    controller.unregisterBroker(3).join();
    controller.fence(2).join();
    controller.unregisterBroker(1).join();
    assertThat(partition().eligible()).containsExactly(2);

    assertThat(controller.unregisterBroker(2).join())
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST);
              assertThat(refused.message()).contains("a-0", "--election-type unclean");
            });

    comes(1, false, "new@boot-1", 0);
    controller.unfence(1).join();
    assertThat(partition().hasLeader()).isFalse();
    assertOk(
        controller
            .electLeaders(Election.UNCLEAN, List.of(new TopicPartition("a", 0)))
            .join()
            .get(new TopicPartition("a", 0)));
    assertThat(partition().leader()).isEqualTo(1);
    assertOk(controller.unregisterBroker(2).join());
  }

  @Test
  void anOrderlyStopIsBelievedOfAllDirectoriesTogether() {
    controller.fence(3).join();
    controller.fence(2).join();

    comes(2, true, "two@boot-2 one@boot-2 another@boot-2");
    assertThat(partition().eligible()).containsExactly(2);

    comes(2, true, "two@boot-3 another@boot-3");
    assertThat(partition().eligible()).isEmpty();
    assertThat(partition().lastKnown()).containsExactly(2);
  }
}

package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Member;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Brokers 1 to 3, and topic {@code a}: its partition 0 on 1, 2, 3, its partition 1 on 2, 3, 1. On
 * the real controller and the in-memory store, whose answers are there at once.
 */
abstract class ThreeBrokers {
  final InMemoryMetadataStore store = new InMemoryMetadataStore("test");
  final ActiveController controller = start(2, 1);
  private long lives;

  ThreeBrokers() {
    for (int id = 1; id <= 3; id++) {
      comes(id, true, "disk");
      assertOk(controller.unfence(id).join());
    }
    controller
        .createTopics(
            List.of(
                new NewTopic(
                    "a", -1, -1, Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1)), Map.of())),
            false)
        .join();
  }

  /** Another one, on what the former one has left. */
  ActiveController nextController(int minInSyncReplicas) {
    return start(minInSyncReplicas, 2);
  }

  private ActiveController start(int minInSyncReplicas, long seed) {
    return ActiveController.start(
            store,
            new ControllerSettings(9, 1, 3, minInSyncReplicas, true, Map.of()),
            new TestingThreads(new CallersThread()),
            new SimRandomness(seed))
        .join();
  }

  /** A new process on the disk of its former life; returns its epoch, as the others do. */
  long comes(int id, boolean cleanStop, String storage) {
    BrokerImage former = controller.image().brokers().get(id);
    return comes(id, cleanStop, storage, former == null ? 0 : former.epoch());
  }

  /**
   * A new process.
   *
   * @param formerEpoch of the life that its disk is of
   */
  long comes(int id, boolean cleanStop, String storage, long formerEpoch) {
    return comes(id, new UUID(0, ++lives), cleanStop, storage, formerEpoch);
  }

  long comes(int id, UUID incarnation, boolean cleanStop, String storage, long formerEpoch) {
    return controller
        .register(
            new BrokerRegistration(
                id,
                incarnation,
                Map.of("PLAINTEXT", new BrokerImage.Endpoint("localhost", 9092 + id)),
                Optional.of(new BrokerImage.Endpoint("localhost", 9192 + id)),
                Optional.empty(),
                cleanStop,
                storage,
                formerEpoch))
        .join();
  }

  PartitionImage partition(int id) {
    return controller.image().partition("a", id);
  }

  Member member(int broker) {
    return new Member(broker, controller.image().brokers().get(broker).epoch());
  }

  /** The leader proposes an in-sync set. */
  Result<PartitionImage> wants(int partition, Member leader, Member... inSync) {
    PartitionImage known = partition(partition);
    return controller
        .alterPartitions(
            List.of(
                new InSyncChange(
                    controller.image().topic("a").id(),
                    partition,
                    leader,
                    known.leaderEpoch(),
                    known.partitionEpoch(),
                    List.of(inSync))))
        .join()
        .getFirst();
  }

  static void assertOk(Result<?> result) {
    assertThat(result).isInstanceOf(Result.Ok.class);
  }

  static void assertRefused(Result<?> result, Refusal why) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(why));
  }
}

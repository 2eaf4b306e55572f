package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.NewPartitions;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ActiveControllerTest {
  private final MetadataStore store = new InMemoryMetadataStore("test");
  private ActiveController controller = start(store, 1);

  private static ActiveController start(MetadataStore store, int brokers) {
    ActiveController controller =
        ActiveController.start(
                store,
                new ControllerSettings(0, 1, 1, 1, false, Map.of("metadata.version", (short) 29)),
                new TestingThreads(new CallersThread()),
                new SimRandomness(1))
            .join();
    for (int id = 0; id < brokers; id++) {
      controller.register(broker(id));
    }
    return controller;
  }

  static BrokerRegistration broker(int id) {
    return new BrokerRegistration(
        id,
        new UUID(0, id),
        Map.of("PLAINTEXT", new BrokerImage.Endpoint("localhost", 9092 + id)),
        Optional.empty(),
        Optional.empty(),
        true,
        "disk");
  }

  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, -1, Map.of(), Map.of());
  }

  private Result<TopicImage> create(NewTopic topic) {
    return controller.createTopics(List.of(topic), false).join().getFirst();
  }

  private static void assertRefused(Result<?> result, Refusal refusal, String message) {
    assertThat(result).isEqualTo(new Result.Refused<>(refusal, message));
  }

  @Test
  void publishesATopicBeforeItAnswers() {
    CompletableFuture<List<Result<TopicImage>>> answer =
        controller.createTopics(List.of(topic("a", 3)), false);

    assertThat(answer.join().getFirst()).isEqualTo(new Result.Ok<>(controller.image().topic("a")));
    assertThat(controller.image().topic("a").partitions())
        .hasSize(3)
        .allMatch(p -> p.equals(PartitionImage.of(List.of(0), List.of(0), 0, 0, 0)));
  }

  @Test
  void keepsEverythingOverARestart() {
    create(new NewTopic("a", 300, 1, Map.of(), Map.of("retention.ms", "5")));
    ClusterImage before = controller.image();

    controller = start(store, 0);

    assertThat(controller.image()).isEqualTo(before);
    assertThat(before.clusterId()).hasSize(22);
    assertThat(before.features()).containsEntry("metadata.version", (short) 29);
  }

  @Test
  void aBrokersEpochGrowsAlthoughItsRecordCameFromAStoreWithMoreRevisions() {
    BrokerImage carriedOver =
        new BrokerImage(
            0,
            1_000,
            new UUID(0, 0),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            "disk");
    MetadataRecord record = new MetadataRecord.Broker(carriedOver);
    store
        .commit(
            new MetadataStore.Transaction(
                Map.of(),
                Map.of(MetadataKeys.of(record), Optional.of(MetadataCodec.encode(record)))))
        .join();

    controller = start(store, 1);

    assertThat(controller.image().brokers().get(0).epoch()).isGreaterThan(1_000);
  }

  @Test
  void electsABrokerAnewInALaterEpochWhenItComesBack() {
    create(topic("a", 200));
    long epoch = controller.image().brokers().get(0).epoch();

    controller = start(store, 1);

    assertThat(controller.image().topic("a").partitions())
        .allMatch(p -> p.leader() == 0 && p.leaderEpoch() == 1 && p.partitionEpoch() == 1);
    assertThat(controller.image().brokers().get(0).epoch()).isGreaterThan(epoch);
  }

  @Test
  void leavesNothingOfATopicThatIsDeleted() {
    create(new NewTopic("a", 300, 1, Map.of(), Map.of("retention.ms", "5")));

    controller.deleteTopics(List.of("a")).join();

    assertThat(controller.image().topics()).isEmpty();
    assertThat(controller.image().configs()).isEmpty();
    assertThat(store.list().join().entries()).containsOnlyKeys("brokers/0", "cluster", "features");
  }

  @Test
  void writesNothingWhenItOnlyValidates() {
    long revision = controller.image().revision();

    Result<TopicImage> result =
        controller.createTopics(List.of(topic("a", 3)), true).join().getFirst();

    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Ok.class, ok -> assertThat(((TopicImage) ok.value()).partitions()).hasSize(3));
    assertThat(controller.image().topic("a")).isNull();
    assertThat(store.list().join().revision()).isEqualTo(revision);
  }

  @Test
  void refusesNamesThatMetricsCouldNotTellApart() {
    create(topic("a.b", 1));

    assertRefused(
        create(topic("a_b", 1)),
        Refusal.INVALID_TOPIC,
        "Topic 'a_b' collides with existing topic: a.b");
    controller.deleteTopics(List.of("a.b")).join();
    assertThat(create(topic("a_b", 1))).isInstanceOf(Result.Ok.class);
  }

  @Test
  void refusesWhatKafkaRefusesInItsWords() {
    create(topic("there", 2));

    assertRefused(
        create(topic("there", 1)), Refusal.TOPIC_ALREADY_EXISTS, "Topic 'there' already exists.");
    assertRefused(
        create(topic("a", 0)),
        Refusal.INVALID_PARTITIONS,
        "Number of partitions was set to an invalid non-positive value.");
    assertRefused(
        create(new NewTopic("a", 1, 0, Map.of(), Map.of())),
        Refusal.INVALID_REPLICATION_FACTOR,
        "Replication factor must be larger than 0, or -1 to use the default value.");
    assertRefused(
        create(new NewTopic("a", 1, 2, Map.of(), Map.of())),
        Refusal.INVALID_REPLICATION_FACTOR,
        "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be"
            + " reached because only 1 broker(s) are registered or some brokers have all their log"
            + " directories cordoned.");
    assertRefused(
        create(new NewTopic("a", -1, -1, Map.of(0, List.of(7)), Map.of())),
        Refusal.INVALID_REPLICA_ASSIGNMENT,
        "The manual partition assignment includes broker 7, but no such broker is registered.");
    assertRefused(
        create(new NewTopic("a", -1, -1, Map.of(1, List.of(0)), Map.of())),
        Refusal.INVALID_REPLICA_ASSIGNMENT,
        "partitions should be a consecutive 0-based integer sequence");
    assertRefused(
        controller.deleteTopics(List.of("nowhere")).join().getFirst(),
        Refusal.UNKNOWN_TOPIC,
        "This server does not host this topic-partition.");
    assertRefused(
        controller
            .createPartitions(List.of(new NewPartitions("there", 2, List.of())), false)
            .join()
            .getFirst(),
        Refusal.INVALID_PARTITIONS,
        "Topic already has 2 partition(s).");
    assertRefused(
        controller
            .createPartitions(
                List.of(new NewPartitions("there", Integer.MAX_VALUE, List.of())), false)
            .join()
            .getFirst(),
        Refusal.POLICY_VIOLATION,
        "Unable to perform excessively large batch operation.");
  }

  @Test
  void addsPartitionsAndLeavesTheOthersAlone() {
    create(topic("a", 2));
    PartitionImage first = controller.image().partition("a", 0);

    controller.createPartitions(List.of(new NewPartitions("a", 500, List.of())), false).join();

    assertThat(controller.image().topic("a").partitions()).hasSize(500);
    assertThat(controller.image().partition("a", 0)).isSameAs(first);
    assertThat(start(store, 0).image().topic("a").partitions()).hasSize(500);
  }

  @Test
  void mergesSettingsAndForgetsThoseSetBack() {
    create(topic("a", 1));
    ConfigKey key = new ConfigKey(ConfigKey.Type.TOPIC, "a");
    controller
        .alterConfigs(
            List.of(new ConfigChange(key, Map.of("x", Optional.of("1"), "y", Optional.of("2")))))
        .join();

    controller.alterConfigs(List.of(new ConfigChange(key, Map.of("x", Optional.empty())))).join();

    assertThat(controller.image().config(key)).isEqualTo(Map.of("y", "2"));
  }

  private static ConfigChange longSettings(String topic, int count) {
    Map<String, Optional<String>> changes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      changes.put("setting-" + i, Optional.of("x".repeat(32_000)));
    }
    return new ConfigChange(new ConfigKey(ConfigKey.Type.TOPIC, topic), changes);
  }

  @Test
  void writesLongSettingsOfManyTopicsInTransactionsThatEveryStoreTakes() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    List<ConfigChange> changes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      create(topic("t" + i, 1));
      changes.add(longSettings("t" + i, 2));
    }
    held.hold();
    CompletableFuture<List<Result<Void>>> answer = controller.alterConfigs(changes);
    int writes = 0;
    while (held.held() > 0) {
      held.writeOne();
      writes++;
    }

    assertThat(answer.join()).allMatch(result -> result instanceof Result.Ok);
    // One at once, then eight of 64 KB at a time, of which 512 KiB fit.
    assertThat(writes).isEqualTo(1 + 7);
    assertThat(controller.image().configs()).hasSize(50);
  }

  @Test
  void refusesSettingsThatNoStoreTakesAndGoesOn() {
    create(topic("a", 1));

    Result<Void> grown = controller.alterConfigs(List.of(longSettings("a", 33))).join().getFirst();
    Result<TopicImage> created =
        create(
            new NewTopic(
                "b", 1, 1, Map.of(), Map.of("x", "y".repeat(MetadataStore.RECORD_BYTES_MAX))));

    assertThat(grown)
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_CONFIG);
              assertThat(refused.message()).contains("configs/topic/a", "at most 1048576 fit");
            });
    assertThat(created).isInstanceOf(Result.Refused.class);
    assertThat(controller.image().configs()).isEmpty();
    assertThat(controller.alterConfigs(List.of(longSettings("a", 32))).join().getFirst())
        .isInstanceOf(Result.Ok.class);
  }

  @Test
  void givesEachProducerIdOnce() {
    long first = controller.allocateProducerIds().join().first();
    long second = controller.allocateProducerIds().join().first();
    long third = start(store, 0).allocateProducerIds().join().first();

    assertThat(List.of(first, second, third)).containsExactly(0L, 1000L, 2000L);
  }

  @Test
  void removesWhatAnInterruptedCreationLeft() {
    UUID id = new UUID(1, 2);
    MetadataRecord partition =
        new MetadataRecord.Partition(id, 0, PartitionImage.of(List.of(0), List.of(0), 0, 0, 0));
    String key = MetadataKeys.of(partition);
    store
        .commit(
            new MetadataStore.Transaction(
                Map.of(), Map.of(key, Optional.of(MetadataCodec.encode(partition)))))
        .join();

    controller = start(store, 0);

    assertThat(store.list().join().entries()).doesNotContainKey(key);
    assertThat(controller.image().topics()).isEmpty();
  }

  @Test
  void tellsListenersEachImageInOrderWithWhatDiffers() {
    create(topic("a", 1));
    List<MetadataPublisher.Changes> seen = new ArrayList<>();
    controller.subscribe(
        new MetadataPublisher.Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            throw new AssertionError("the other one is called");
          }

          @Override
          public void onImage(
              ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
            seen.add(changes);
          }
        });

    create(topic("b", 1));
    controller.deleteTopics(List.of("a")).join();

    assertThat(seen)
        .extracting(changes -> List.copyOf(changes.topics()))
        .containsExactly(List.of("a"), List.of("b"), List.of("a"));
  }

  @Test
  void decidesWhileAWriteIsUnderWayButWritesOneAtATime() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    held.hold();
    CompletableFuture<?> first = controller.createTopics(List.of(topic("a", 1)), false);
    CompletableFuture<List<Result<TopicImage>>> second =
        controller.createTopics(List.of(topic("a", 1)), false);
    CompletableFuture<?> third = controller.createTopics(List.of(topic("b", 1)), false);

    assertThat(held.held()).isEqualTo(1);
    assertThat(second).isNotDone();
    held.writeOne();

    assertThat(first).isDone();
    assertRefused(
        second.join().getFirst(), Refusal.TOPIC_ALREADY_EXISTS, "Topic 'a' already exists.");
    assertThat(held.held()).isEqualTo(1);
    assertThat(third).isNotDone();
    assertThat(controller.image().topic("b")).isNull();
  }

  @Test
  void writesTogetherWhatWasDecidedWhileTheStoreWasBusy() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    held.hold();
    List<CompletableFuture<List<Result<TopicImage>>>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(controller.createTopics(List.of(topic("t" + i, 1)), false));
    }
    int writes = 0;
    while (held.held() > 0) {
      held.writeOne();
      writes++;
    }

    assertThat(answers).allMatch(answer -> answer.join().getFirst() instanceof Result.Ok);
    // One at once, then 99 topics of two records each, of which 126 fit.
    assertThat(writes).isEqualTo(3);
    assertThat(ImageChanges.load(held.list().join()).image().topics())
        .isEqualTo(controller.image().topics());
  }

  @Test
  void aLargeDecisionDoesNotOvertakeASmallOneThatItBuildsOn() {
    create(topic("a", 200));
    CallersThread thread = new CallersThread();
    controller =
        ActiveController.start(
                store,
                new ControllerSettings(0, 1, 1, 1, false, Map.of()),
                new TestingThreads(thread),
                new SimRandomness(1))
            .join();
    UUID id = controller.image().topic("a").id();
    // Both are decided before the first of them is written.
    thread.execute(
        () -> {
          controller.createPartitions(List.of(new NewPartitions("a", 201, List.of())), false);
          controller.register(broker(0));
        });

    assertThat(controller.image().topic("a").partitions()).allMatch(p -> p.leaderEpoch() == 1);
    assertThat(ImageChanges.load(store.list().join()).image().topic(id))
        .isEqualTo(controller.image().topic(id));
  }

  @Test
  void readsTheStoreBackAfterAWriteWhoseOutcomeIsUnknown() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    held.hold();
    CompletableFuture<List<Result<TopicImage>>> lost =
        controller.createTopics(List.of(topic("lost", 1)), false);
    CompletableFuture<List<Result<TopicImage>>> behind =
        controller.createTopics(List.of(topic("behind", 1)), false);
    held.failOne(false);
    CompletableFuture<List<Result<TopicImage>>> unknown =
        controller.createTopics(List.of(topic("written", 1)), false);
    held.failOne(true);
    held.writeAll();

    assertRefused(lost.join().getFirst(), Refusal.UNAVAILABLE, "the disk is on fire");
    assertRefused(behind.join().getFirst(), Refusal.UNAVAILABLE, "the disk is on fire");
    assertRefused(unknown.join().getFirst(), Refusal.UNAVAILABLE, "the disk is on fire");
    assertThat(create(topic("written", 1))).isInstanceOf(Result.Refused.class);
    assertThat(create(topic("lost", 1))).isInstanceOf(Result.Ok.class);
  }

  @Test
  void doesNotCommitATopicSomeOfWhosePartitionsWereNotWritten() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    held.hold();
    CompletableFuture<List<Result<TopicImage>>> large =
        controller.createTopics(List.of(topic("large", 300)), false);
    held.writeOne();
    held.failOne(false);
    held.writeAll();

    assertRefused(large.join().getFirst(), Refusal.UNAVAILABLE, "the disk is on fire");
    assertThat(create(topic("other", 1))).isInstanceOf(Result.Ok.class);
    assertThat(held.list().join().entries().keySet())
        .noneMatch(key -> key.equals("topics/large"))
        .filteredOn(key -> key.startsWith("partitions/"))
        .hasSize(1);
  }

  @Test
  void refusesEverythingOnceClosed() {
    controller.close();

    assertRefused(create(topic("a", 1)), Refusal.NOT_CONTROLLER, "The controller is stopping");
    assertThatThrownBy(() -> controller.allocateProducerIds().join())
        .hasMessageContaining("stopping");
  }

  @Test
  void createsFiveThousandTopicsAndOneOfFiveThousandPartitionsAtTheCostOfEach() {
    for (int i = 0; i < 5_000; i++) {
      create(topic("topic-" + i, 1));
    }
    create(topic("large", 5_000));

    assertThat(controller.image().topics()).hasSize(5_001);
    assertThat(start(store, 0).image()).isEqualTo(controller.image());
  }

  @Test
  void saysWhatIsCertainlyNotDoneWhenItEnds() {
    HeldStore held = new HeldStore();
    controller = start(held, 1);
    held.hold();
    CompletableFuture<List<Result<TopicImage>>> large =
        controller.createTopics(List.of(topic("large", 300)), false);
    CompletableFuture<List<Result<TopicImage>>> behind =
        controller.createTopics(List.of(topic("behind", 1)), false);

    controller.close();

    assertRefused(
        large.join().getFirst(),
        Refusal.UNAVAILABLE,
        "The controller is stopping; whether the change was made, the metadata will show");
    assertRefused(behind.join().getFirst(), Refusal.NOT_CONTROLLER, "The controller is stopping");
  }
}

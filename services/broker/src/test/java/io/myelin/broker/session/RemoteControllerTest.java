package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.session.SeenMetadata.Mark;
import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Registration;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.controller.session.SessionHost.Standing;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ends of a session, and of administration, with real decisions, on the simulator. */
class RemoteControllerTest {
  private static final long LIMIT_MS = 30_000;

  private final Simulation simulation = new Simulation(1);
  private final MetadataStore store = new InMemoryMetadataStore("store");
  private final Environment host = simulation.environment("broker", simulation.disk());
  private final Events events = new Events();
  private final List<ClusterImage> images = new ArrayList<>();
  private TestingController first;
  private TestingController second;
  private RemoteController remote;

  @BeforeEach
  void start() throws IOException {
    first = new TestingController(simulation, 1);
    second = new TestingController(simulation, 2);
    remote =
        new RemoteController(
            new FramedTransport(host, RpcSettings.DEFAULT),
            List.of(first.address(), second.address()),
            host,
            events);
    remote.subscribe(
        new MetadataPublisher.Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            images.add(now);
          }
        });
  }

  @Test
  void findsTheActiveControllerAndGetsItsMetadata() {
    second.activate(store, 5);
    first.standBy(Optional.of(second.address()), 5);
    CompletableFuture<Long> epoch = remote.register(broker());
    await(() -> remote.image().brokers().containsKey(7));

    assertThat(epoch).isCompleted();
    assertThat(second.registrations).containsExactly(broker());
    assertThat(remote.image()).isEqualTo(second.controller.image());
    assertThat(remote.image().controllerId()).isEqualTo(2);
  }

  @Test
  void registersWhenAControllerComes() {
    CompletableFuture<Long> epoch = remote.register(broker());
    simulation.runFor(3_000);
    assertThat(epoch).isNotDone();
    first.activate(store, 5);
    await(epoch::isDone);
    assertThat(epoch).isCompleted();
  }

  @Test
  void whatWasAskedForIsPublishedWhenItIsAnswered() {
    session();
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("events");
    boolean[] known = new boolean[1];
    created.thenRun(() -> known[0] = remote.image().topic("events") != null);
    await(created::isDone);

    assertThat(known[0]).isTrue();
    TopicImage topic = ((Result.Ok<TopicImage>) created.join().getFirst()).value();
    assertThat(topic).isEqualTo(first.controller.image().topic("events"));
    assertThat(remote.image()).isEqualTo(first.controller.image());
  }

  @Test
  void aRefusalSaysWhy() {
    session();
    await(createTopic("events")::isDone);
    CompletableFuture<List<Result<TopicImage>>> again = createTopic("events");
    await(again::isDone);
    assertThat(((Result.Refused<TopicImage>) again.join().getFirst()).refusal())
        .isEqualTo(Controller.Refusal.TOPIC_ALREADY_EXISTS);
  }

  @Test
  void everyKindOfChangeReachesTheController() {
    session();
    await(createTopic("events")::isDone);
    ConfigKey key = new ConfigKey(ConfigKey.Type.TOPIC, "events");
    var configs =
        remote.alterConfigs(
            List.of(new Controller.ConfigChange(key, Map.of("retention.ms", Optional.of("1000")))));
    var larger =
        remote.createPartitions(
            List.of(new Controller.NewPartitions("events", 3, List.of())), false);
    var ids = remote.allocateProducerIds();
    var elected =
        remote.electLeaders(
            Controller.Election.PREFERRED, List.of(new Controller.TopicPartition("events", 0)));
    var moved =
        remote.alterReassignments(
            List.of(new Controller.Reassignment("events", 0, Optional.empty())));
    var unregistered = remote.unregisterBroker(99);
    var updated =
        remote.updateFeatures(
            List.of(
                new Controller.FeatureUpdate(
                    "metadata.version", (short) 20, Controller.FeatureUpdate.Upgrade.UPGRADE)),
            false);
    var quorum = remote.describeQuorum();
    await(
        () ->
            configs.isDone()
                && larger.isDone()
                && ids.isDone()
                && elected.isDone()
                && moved.isDone()
                && unregistered.isDone()
                && updated.isDone()
                && quorum.isDone());
    assertThat(configs.join().getFirst()).isInstanceOf(Result.Ok.class);
    assertThat(larger.join().getFirst()).isInstanceOf(Result.Ok.class);
    assertThat(ids.join().count()).isPositive();
    assertThat(refusal(elected.join().values().iterator().next()))
        .isEqualTo(Controller.Refusal.ELECTION_NOT_NEEDED);
    assertThat(refusal(moved.join().getFirst()))
        .isEqualTo(Controller.Refusal.NO_REASSIGNMENT_IN_PROGRESS);
    assertThat(refusal(unregistered.join())).isEqualTo(Controller.Refusal.UNKNOWN_BROKER);
    assertThat(updated.join()).isInstanceOf(Result.Ok.class);
    assertThat(remote.image().features()).containsEntry("metadata.version", (short) 20);
    assertThat(quorum.join()).isInstanceOf(Result.Ok.class);

    var deleted = remote.deleteTopics(List.of("events"));
    await(deleted::isDone);
    assertThat(deleted.join().getFirst()).isInstanceOf(Result.Ok.class);
    await(() -> remote.image().equals(first.controller.image()));
    assertThat(remote.image().topic("events")).isNull();
  }

  @Test
  void saysWhereItsLogsEnd() {
    session();
    UUID topic = new UUID(1, 2);
    remote.reportOn(
        new TestingReports(
            Map.of(new ReplicaReports.Replica(topic, 3), new ReplicaReports.LogEnd(5, 100)),
            List.of(),
            false));

    first.describe(7, List.of(new Replica(topic, 3), new Replica(topic, 4)));
    await(() -> !first.described.isEmpty());

    assertThat(first.described).containsOnly(Map.entry(new Replica(topic, 3), new LogEnd(5, 100)));
  }

  @Test
  void saysWhatItsDisksAreLike() {
    session();
    UUID topic = new UUID(1, 2);

    remote.reportOn(
        new TestingReports(Map.of(), List.of(new ReplicaReports.Replica(topic, 3)), true));
    await(() -> first.beats.getLast().cordoned());

    assertThat(first.beats.getFirst().offline()).isEmpty();
    assertThat(first.beats.getLast().offline()).containsExactly(new Replica(topic, 3));
  }

  private record TestingReports(
      Map<ReplicaReports.Replica, ReplicaReports.LogEnd> ends,
      List<ReplicaReports.Replica> offline,
      boolean cordoned)
      implements ReplicaReports {
    @Override
    public Optional<LogEnd> logEnd(UUID topicId, int partition) {
      return Optional.ofNullable(ends.get(new ReplicaReports.Replica(topicId, partition)));
    }
  }

  @Test
  void imagesComeInOrderAndEndWithTheControllers() {
    session();
    for (int i = 0; i < 50; i++) {
      createTopic("topic-" + i);
    }
    await(() -> remote.image().topics().size() == 50);
    await(() -> remote.image().equals(first.controller.image()));
    assertThat(images).extracting(ClusterImage::revision).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aSlowBrokerGetsOneDifferenceForManyChanges() {
    session();
    int imagesBefore = images.size();
    simulation.network().cut("controller-1", "broker");
    for (int i = 0; i < 200; i++) {
      first.controller.createTopics(
          List.of(new NewTopic("topic-" + i, 50, 1, Map.of(), Map.of())), false);
    }
    simulation.runFor(500);
    simulation.network().heal("controller-1", "broker");
    await(() -> remote.image().equals(first.controller.image()));
    assertThat(remote.image().topics()).hasSize(200);
    assertThat(images.size() - imagesBefore).isLessThan(200);
  }

  @Test
  void goesOnWithAnotherControllerFromWhereItWas() {
    session();
    await(createTopic("events")::isDone);
    first.kill();
    simulation.runFor(100);
    second.activate(store, 6);
    await(() -> !second.registrations.isEmpty());
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("more");
    await(created::isDone);

    assertThat(created.join().getFirst()).isInstanceOf(Result.Ok.class);
    assertThat(second.known.getFirst().controllerEpoch()).isEqualTo(5);
    assertThat(second.known.getFirst().revision()).isPositive();
    await(() -> remote.image().equals(second.controller.image()));
    assertThat(images).extracting(ClusterImage::revision).isSorted();
    assertThat(events.log).doesNotContain("fenced false");
  }

  @Test
  void aCallThatFindsNoControllerWaitsForOne() {
    session();
    first.kill();
    simulation.runFor(100);
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("events");
    simulation.runFor(1_000);
    assertThat(created).isNotDone();
    second.activate(store, 6);
    await(created::isDone);
    assertThat(created.join().getFirst()).isInstanceOf(Result.Ok.class);
  }

  @Test
  void aCallWithoutAnyControllerIsRefusedInTheEnd() {
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("events");
    await(created::isDone);
    assertThat(refusal(created.join().getFirst())).isEqualTo(Controller.Refusal.UNAVAILABLE);
  }

  @Test
  void aControllerOfAnOlderEpochIsNotBelieved() {
    second.activate(store, 6);
    first.standBy(Optional.of(second.address()), 6);
    remote.register(broker());
    await(() -> remote.image().brokers().containsKey(7));
    ClusterImage before = remote.image();
    MetadataStore older = new InMemoryMetadataStore("store");
    second.kill();
    first.activate(older, 5);
    simulation.runFor(5_000);
    assertThat(remote.image()).isEqualTo(before);
    assertThat(first.registrations).isEmpty();
  }

  @Test
  void leavesAControllerThatHasBeenDeposed() {
    session();
    second.activate(store, 6);
    first.standBy(Optional.of(second.address()), 6);
    await(() -> !second.registrations.isEmpty());
    await(() -> remote.image().controllerId() == 2);
    assertThat(second.registrations).containsExactly(broker());
  }

  @Test
  void leavesAControllerThatDoesNotAnswer() {
    session();
    simulation.network().cut("controller-1", "broker");
    simulation.network().cut("broker", "controller-1");
    simulation.runFor(TestingController.SESSION_MS + 500);
    second.activate(store, 6);
    await(() -> !second.registrations.isEmpty());
    await(() -> !first.disconnected.isEmpty());
    assertThat(first.disconnected).containsExactly(7);
  }

  @Test
  void heartbeatsSayWhatIsInForceAndAnswersAreTold() {
    session();
    await(() -> !first.beats.isEmpty());
    long revision = remote.image().revision();
    await(() -> first.beats.getLast().revisionAcked() == revision);
    first.standing = new Standing(true, false, false);
    await(() -> events.log.contains("fenced false"));
    int beatsBefore = first.beats.size();
    simulation.runFor(2L * TestingController.SESSION_MS);
    assertThat(first.beats.size() - beatsBefore).isBetween(6, 10);

    remote.wantToStop();
    first.standing = new Standing(true, true, true);
    await(() -> events.log.contains("may stop"));
    assertThat(first.beats.getLast().wantsToStop()).isTrue();
    assertThat(events.log).contains("fenced true");
  }

  @Test
  void aBrokerThatStopsSaysAtOnceThatItHasTheMetadata() {
    session();
    first.standing = new Standing(true, false, false);
    remote.wantToStop();
    await(() -> !first.beats.isEmpty() && first.beats.getLast().wantsToStop());
    int beatsBefore = first.beats.size();

    createTopic("moved");
    simulation.runFor(TestingController.SESSION_MS / 10);

    assertThat(first.beats.subList(beatsBefore, first.beats.size()))
        .anyMatch(beat -> beat.revisionAcked() == first.controller.image().revision());
  }

  @Test
  void aBrokerWhoseRegistrationIsNotTheLatestRegistersAnew() {
    session();
    first.standing = new Standing(false, true, false);
    await(() -> first.registrations.size() == 2);
    first.standing = new Standing(true, false, false);
    await(() -> events.log.contains("fenced false"));

    assertThat(first.registrations).containsOnly(broker());
  }

  private CompletableFuture<Long> refusedWith(Code code) {
    first.refusal = Optional.of(new Registration.Refused(code, "because"));
    first.activate(store, 5);
    return remote.register(broker());
  }

  @Test
  void aBrokerOfAnotherClusterStopsAtOnce() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_WRONG_CLUSTER);
    await(epoch::isDone);

    assertThat(epoch).isCompletedExceptionally();
    assertThat(events.log).containsExactly("must stop: because");
    simulation.runFor(2_000);
    assertThat(first.registrations).hasSize(1);
  }

  @Test
  void aBrokerWhoseIdIsTakenTriesForAWhileAndStops() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_DUPLICATE_BROKER);
    simulation.runFor(10_000);
    assertThat(epoch).as("the other may be the killed process before it").isNotDone();

    await(epoch::isDone);

    assertThat(epoch).isCompletedExceptionally();
    assertThat(events.log).endsWith("must stop: because");
  }

  @Test
  void aBrokerWhoseIdIsFreeAgainIsTaken() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_DUPLICATE_BROKER);
    simulation.runFor(3_000);

    first.refusal = Optional.empty();
    await(epoch::isDone);

    assertThat(epoch).isCompleted();
    assertThat(events.log).doesNotContain("must stop: because");
  }

  @Test
  void aNewProcessDoesNotStartOnAStoreThatIsTooOld() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_STORE_TOO_OLD);
    simulation.runFor(10_000);
    assertThat(epoch).as("that controller may be one that is cut off").isNotDone();

    await(epoch::isDone);

    assertThat(events.log).endsWith("must stop: because");
  }

  @Test
  void aBrokerThatServesGoesOnWhenTheStoreIsTooOld() {
    goesOnThough(Code.CODE_STORE_TOO_OLD);
  }

  @Test
  void aBrokerThatServesGoesOnWhenTheStoreIsAnotherClusters() {
    goesOnThough(Code.CODE_WRONG_CLUSTER);
  }

  private void goesOnThough(Code refusal) {
    session();
    first.kill();
    second.refusal = Optional.of(new Registration.Refused(refusal, "because"));
    second.activate(store, 6);

    await(() -> events.log.contains("refused: because"));

    second.refusal = Optional.empty();
    await(createTopic("events")::isDone);
    assertThat(events.log).doesNotContain("must stop: because");
  }

  @Test
  void saysWhatFormerLivesHaveSeen() {
    remote.remember(Optional.of(new Mark("store", 77)), mark -> {});
    session();

    assertThat(first.known.getFirst().revision()).isEqualTo(77);
    assertThat(remote.knowsStore()).isTrue();
  }

  @Test
  void whatWasSeenOfAnotherStoreIsNoMatter() {
    remote.remember(Optional.of(new Mark("another", 77)), mark -> {});
    session();

    assertThat(first.known.getFirst().revision()).isZero();
    assertThat(remote.knowsStore()).isFalse();
  }

  @Test
  void whatIsSeenInThisLifeOnlyIsNotKnownFromBefore() {
    remote.remember(Optional.empty(), mark -> {});
    session();
    await(createTopic("events")::isDone);

    assertThat(remote.knowsStore()).isFalse();
  }

  @Test
  void remembersWhatItSawNowAndThen() {
    List<Mark> kept = new ArrayList<>();
    remote.remember(Optional.empty(), kept::add);
    session();
    for (int i = 0; i < 40; i++) {
      createTopic("topic-" + i);
      simulation.runFor(250);
    }
    simulation.runFor(6_000);

    assertThat(kept.getLast()).isEqualTo(new Mark("store", first.controller.image().revision()));
    assertThat(kept).hasSizeBetween(3, 5);
  }

  @Test
  void whatADeposedControllerRefusesIsAskedOfTheNextOne() {
    session();
    first.controller.close();
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("events");
    simulation.runFor(500);
    assertThat(created).isNotDone();

    second.activate(new InMemoryMetadataStore("next"), 6);
    first.standBy(Optional.of(second.address()), 6);
    await(created::isDone);

    assertThat(created.join().getFirst()).isInstanceOf(Result.Ok.class);
  }

  @Test
  void producerIdsAreAskedForAgainWhenTheAnswerIsLost() {
    session();
    simulation.network().cut("controller-1", "broker");
    CompletableFuture<Controller.ProducerIdBlock> ids = remote.allocateProducerIds();
    CompletableFuture<List<Result<TopicImage>>> created = createTopic("events");
    simulation.runFor(500);
    second.activate(store, 6);
    await(() -> ids.isDone() && created.isDone());

    assertThat(ids.join().count()).isPositive();
    assertThat(refusal(created.join().getFirst()))
        .as("it may have been created")
        .isEqualTo(Controller.Refusal.UNAVAILABLE);
  }

  private void session() {
    first.activate(store, 5);
    second.standBy(Optional.of(first.address()), 5);
    remote.register(broker());
    await(() -> remote.image().brokers().containsKey(7));
  }

  private CompletableFuture<List<Result<TopicImage>>> createTopic(String name) {
    return remote.createTopics(List.of(new NewTopic(name, 2, 1, Map.of(), Map.of())), false);
  }

  private void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, LIMIT_MS)).isTrue();
  }

  private static Controller.Refusal refusal(Result<?> result) {
    return ((Result.Refused<?>) result).refusal();
  }

  private static BrokerRegistration broker() {
    return new BrokerRegistration(
        7,
        new UUID(1, 2),
        Map.of("PLAINTEXT", new BrokerImage.Endpoint("broker", 9092)),
        Optional.of(new BrokerImage.Endpoint("broker", 9093)),
        Optional.of("rack"),
        true,
        "disk");
  }

  private static final class Events implements SessionEvents {
    private final List<String> log = new ArrayList<>();

    @Override
    public void fenced(boolean fenced) {
      log.add("fenced " + fenced);
    }

    @Override
    public void mayStop() {
      log.add("may stop");
    }

    @Override
    public void refused(String message) {
      log.add("refused: " + message);
    }

    @Override
    public void mustStop(String message) {
      log.add("must stop: " + message);
    }
  }
}

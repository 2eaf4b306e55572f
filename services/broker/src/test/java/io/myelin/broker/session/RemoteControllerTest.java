package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.session.SeenMetadata.Mark;
import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.controller.session.SessionHost.Standing;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sessions: with whom, what they bring, and what they tell. */
class RemoteControllerTest extends TwoControllers {
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
}

package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Both ends of administration. */
class RemoteAdminTest extends TwoControllers {
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
}

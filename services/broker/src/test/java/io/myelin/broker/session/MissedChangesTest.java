package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.MetadataStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a broker is sent that has missed changes when a controller takes over. */
class MissedChangesTest extends TwoControllers {
  /** Changes of all kinds that the broker does not hear of. */
  private void changesUnheard() {
    simulation.network().cut("controller-1", "broker");
    first.controller.deleteTopics(List.of("gone"));
    first.controller.createTopics(
        List.of(
            new NewTopic("gone", 1, 1, Map.of(), Map.of()),
            new NewTopic("new", 200, 1, Map.of(), Map.of("retention.ms", "1"))),
        false);
    first.controller.deleteTopics(List.of("old"));
    first.controller.createPartitions(
        List.of(new Controller.NewPartitions("kept", 3, List.of())), false);
    first.controller.alterConfigs(
        List.of(
            new Controller.ConfigChange(
                new ConfigKey(ConfigKey.Type.TOPIC, "kept"),
                Map.of("retention.ms", Optional.empty()))));
    first.controller.unregisterBroker(99);
    first.controller.allocateProducerIds();
    simulation.runFor(300);
    first.kill(); // what it has sent arrives no more
  }

  @Test
  void aTakeoverSendsWhatTheBrokerLacksAndNoSnapshot() {
    session();
    for (String topic : List.of("gone", "old", "kept")) {
      await(createTopic(topic)::isDone);
    }
    long known = remote.image().revision();
    assertThat(transport.snapshots()).isOne();
    changesUnheard();
    assertThat(remote.image().revision()).isEqualTo(known);

    second.activate(store, 6);
    assertThat(second.controller.image().revision()).isGreaterThan(known);
    await(() -> remote.image().equals(second.controller.image()));

    assertThat(remote.image().topics()).containsOnlyKeys("gone", "kept", "new");
    assertThat(transport.snapshots()).as("the first one").isOne();
    await(createTopic("more")::isDone);
    await(() -> remote.image().equals(second.controller.image()));
    assertThat(transport.snapshots()).isOne();
  }

  @Test
  void aChangeBeforeAControllersSessionsBeginIsNotMissed() {
    session();
    await(createTopic("events")::isDone);
    first.kill();
    simulation.runFor(100);

    second.activate(store, 6, controller -> controller.deleteTopics(List.of("events")));
    await(() -> remote.image().equals(second.controller.image()));

    assertThat(remote.image().topics()).isEmpty();
    assertThat(transport.snapshots()).isOne();
  }

  @Test
  void whereTheStoreRemembersNothingASnapshotIsSent() {
    MetadataStore forgetful = new ForgetfulStore(store);
    session();
    await(createTopic("old")::isDone);
    changesUnheard();

    second.activate(forgetful, 6);
    await(() -> remote.image().equals(second.controller.image()));

    assertThat(transport.snapshots()).isEqualTo(2);
  }
}

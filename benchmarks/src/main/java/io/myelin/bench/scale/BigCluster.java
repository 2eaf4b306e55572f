package io.myelin.bench.scale;

import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage.Endpoint;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Election;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.TopicImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The brokers and topics of a large cluster, and how they get into the store. */
record BigCluster(int brokers, int partitions, int victimLeads) {
  private static final int VICTIM = 1;
  private static final int REPLICAS = 3;
  private static final int PARTITIONS_PER_TOPIC = 1_000;

  /** Nobody listens on it: whoever dials a broker that died is refused. */
  private static final int PEER_PORT = 1;

  BrokerRegistration registration(int id) {
    return new BrokerRegistration(
        id,
        new UUID(1, id),
        Map.of("PLAINTEXT", new Endpoint("127.0.0.1", 9092)),
        Optional.of(new Endpoint("127.0.0.1", PEER_PORT)),
        Optional.empty(),
        true,
        "storage");
  }

  static ControllerSettings settings(boolean sessions) {
    return new ControllerSettings(1, 1, REPLICAS, 2, sessions, Map.of());
  }

  /** What was loaded, and into which store. */
  record Loaded(String storeId, ClusterImage image) {}

  /** Registers and creates all of it, as a controller whose brokers are not watched. */
  Loaded load(Function<String, Election> elections, Environment env) throws Exception {
    try (Election election = elections.apply("loader")) {
      Leadership leadership = election.campaign(new Election.Candidate(0, "loader")).get();
      Loaded loaded;
      MetadataStore store = leadership.openStore().get();
      try (ActiveController controller =
          ActiveController.start(store, settings(false), env.threads(), env.randomness()).get()) {
        for (CompletableFuture<Long> registered :
            IntStream.rangeClosed(1, brokers)
                .mapToObj(id -> controller.register(registration(id)))
                .toList()) {
          registered.get();
        }
        int led = partitions / brokers;
        int assigned = Math.max(0, victimLeads - led);
        create(controller, assignedToVictim(assigned));
        int rest = partitions - assigned;
        for (int topic = 0; rest > 0; topic++) {
          int count = Math.min(rest, PARTITIONS_PER_TOPIC);
          create(controller, new NewTopic("topic-" + topic, count, REPLICAS, Map.of(), Map.of()));
          rest -= count;
        }
        loaded = new Loaded(store.storeId(), controller.image());
      }
      leadership.resign().get();
      return loaded;
    }
  }

  private NewTopic assignedToVictim(int count) {
    Map<Integer, List<Integer>> assignment = new HashMap<>();
    for (int p = 0; p < count; p++) {
      int second = 2 + p % (brokers - 2);
      assignment.put(p, List.of(VICTIM, second, second + 1));
    }
    return new NewTopic("of-the-victim", -1, -1, assignment, Map.of());
  }

  static void create(ActiveController controller, NewTopic topic) throws Exception {
    Result<TopicImage> result = controller.createTopics(List.of(topic), false).get().getFirst();
    if (result instanceof Result.Refused<?> refused) {
      throw new IllegalStateException(topic.name() + ": " + refused.message());
    }
  }
}

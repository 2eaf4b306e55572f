package io.myelin.broker.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

/** A real controller, and what the meters of its process say. */
class ControllerMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Environment env = JdkEnvironment.create();
  private final ControllerMeters meters = new ControllerMeters(registry);
  private final ActiveController controller =
      ActiveController.start(
              new InMemoryMetadataStore("test"),
              new ControllerSettings(9, 1, 3, 2, true, Map.of()),
              meters.measured(env.threads(), env.clock()),
              env.randomness())
          .join();

  @AfterEach
  void stop() {
    controller.close();
    env.close();
  }

  private double gauge(KafkaMeter meter) {
    return registry.get(meter.meter()).gauge().value();
  }

  private void watch(boolean active) {
    meters.watch(() -> active ? controller.image() : ClusterImage.empty(""), () -> active);
  }

  private void comes(int id) {
    controller
        .register(
            new BrokerRegistration(
                id,
                new UUID(0, id),
                Map.of("PLAINTEXT", new BrokerImage.Endpoint("localhost", 9092)),
                Optional.empty(),
                Optional.empty(),
                true,
                "disk"))
        .join();
  }

  @Test
  void everyMeterOfAControllerIsThereAndNoOther() {
    watch(true);
    controller.subscribe(meters.elections());

    Set<String> expected =
        EnumSet.allOf(KafkaMeter.class).stream()
            .filter(
                meter ->
                    KafkaMeter.ONLY_CONTROLLERS.contains(meter)
                        || KafkaMeter.OF_BOTH.contains(meter))
            .map(KafkaMeter::meter)
            .collect(Collectors.toSet());
    Set<String> found = new HashSet<>();
    for (Meter meter : registry.getMeters()) {
      if (!meter.getId().getName().endsWith(".percentile")) {
        found.add(meter.getId().getName());
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void theActiveOneSaysHowTheClusterIs() {
    watch(true);
    for (int id = 1; id <= 3; id++) {
      comes(id);
    }
    controller
        .createTopics(
            List.of(
                new NewTopic("a", -1, -1, Map.of(0, List.of(1, 2), 1, List.of(2, 1)), Map.of())),
            false)
        .join();

    assertThat(gauge(KafkaMeter.ACTIVE_CONTROLLER)).isEqualTo(1);
    assertThat(gauge(KafkaMeter.TOPICS)).isEqualTo(controller.image().topics().size());
    assertThat(gauge(KafkaMeter.FENCED_BROKERS)).isEqualTo(3);
    assertThat(gauge(KafkaMeter.BROKERS)).isZero();
    for (KafkaMeter times :
        List.of(KafkaMeter.EVENT_QUEUE_TIME_MS, KafkaMeter.EVENT_QUEUE_PROCESSING_TIME_MS)) {
      assertThat(registry.get(times.meter()).summary().count()).as(times.meter()).isPositive();
    }
  }

  @Test
  void aStandbySaysThatItIsNone() {
    watch(false);
    comes(1);

    assertThat(gauge(KafkaMeter.ACTIVE_CONTROLLER)).isZero();
    assertThat(gauge(KafkaMeter.FENCED_BROKERS)).isZero();
  }

  private static ClusterImage image(PartitionImage... partitions) {
    return ClusterImage.empty("cluster")
        .withTopic(new TopicImage("a", new UUID(0, 1), TreePVector.from(List.of(partitions))));
  }

  @Test
  void countsPartitionsWithoutTheirPreferredLeaderAndWithoutAny() {
    List<Integer> replicas = List.of(1, 2);
    ClusterImage image =
        image(
            PartitionImage.of(replicas, replicas, 1, 0, 0),
            PartitionImage.of(replicas, replicas, 2, 1, 1),
            PartitionImage.of(replicas, List.of(), PartitionImage.NO_LEADER, 2, 2));
    meters.watch(() -> image, () -> true);

    assertThat(gauge(KafkaMeter.ALL_PARTITIONS)).isEqualTo(3);
    assertThat(gauge(KafkaMeter.IMBALANCED)).isEqualTo(2);
    assertThat(gauge(KafkaMeter.OFFLINE_PARTITIONS)).isEqualTo(1);
  }

  @Test
  void countsElectionsOfLeadersThatMayLackSomething() {
    List<Integer> replicas = List.of(1, 2);
    PartitionImage before = PartitionImage.of(replicas, List.of(1), 1, 4, 7);
    PartitionImage unclean = PartitionImage.of(replicas, List.of(2), 2, 5, 8);
    PartitionImage clean = PartitionImage.of(replicas, List.of(1), 1, 5, 8);

    meters.elections().onImage(image(before, before), image(unclean, clean));

    assertThat(registry.get(KafkaMeter.UNCLEAN_ELECTIONS.meter()).counter().count()).isEqualTo(1);
  }
}

package io.myelin.broker.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.myelin.broker.Broker;
import io.myelin.broker.BrokerPlace;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.Listener;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.KnownFeatures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole broker, used by Kafka's own clients, and what its meters say of it. */
class BrokerMetersTest {
  private static final int RECORDS = 10;

  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Environment env = JdkEnvironment.create();
  private ActiveController controller;
  private Broker broker;
  private Map<String, Object> client;

  @BeforeEach
  void start() throws IOException {
    BrokerConfig config =
        BrokerConfig.of(
            Map.of("offsets.topic.num.partitions", "1"), BrokerConfig.STANDALONE_DEFAULTS);
    controller =
        ActiveController.start(
                new InMemoryMetadataStore("test"),
                new ControllerSettings(0, 1, 1, 1, false, KnownFeatures.INITIAL),
                env.threads(),
                env.randomness())
            .join();
    InetSocketAddress anyFree = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    broker =
        Broker.start(
            config,
            new BrokerPlace(
                List.of(folder),
                List.of(new Listener("PLAINTEXT", anyFree)),
                Map.of(),
                Optional.empty()),
            env,
            controller.image().clusterId(),
            controller,
            controller,
            Optional.empty(),
            registry,
            LogLevels.NONE);
    client =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + broker.addresses().getFirst().getPort(),
            "group.id",
            "g",
            "auto.offset.reset",
            "earliest");
  }

  @AfterEach
  void stop() throws IOException {
    broker.close();
    controller.close();
  }

  @Test
  void everyMeterOfTheTableIsThereAndNoOther() {
    produceAndConsume();

    Map<String, String> found = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      if (meter.getId().getName().endsWith(".percentile")) {
        continue; // how this registry, which exports nothing, shows a summary's quantiles
      }
      found.put(
          meter.getId().getName(),
          new TreeSet<>(meter.getId().getTags().stream().map(Tag::getKey).toList())
              + " "
              + meter.getId().getDescription());
    }
    Map<String, String> table = new TreeMap<>();
    Arrays.stream(KafkaMeter.values())
        .filter(meter -> !KafkaMeter.ONLY_CONTROLLERS.contains(meter))
        .forEach(
            meter ->
                table.put(
                    meter.meter(), new TreeSet<>(meter.labels()) + " " + meter.description()));
    assertThat(found).isEqualTo(table);
  }

  @Test
  void countsWhatClientsDid() throws ExecutionException, InterruptedException {
    produceAndConsume();

    assertThat(counter(KafkaMeter.MESSAGES_IN, "topic", "events")).isEqualTo(RECORDS);
    assertThat(counter(KafkaMeter.MESSAGES_IN, "topic", "")).isGreaterThan(RECORDS); // commits
    assertThat(counter(KafkaMeter.BYTES_IN, "topic", "events")).isPositive();
    assertThat(counter(KafkaMeter.BYTES_OUT, "topic", "events"))
        .isEqualTo(counter(KafkaMeter.BYTES_IN, "topic", "events"));
    assertThat(gauge(KafkaMeter.LOG_SIZE, "topic", "events"))
        .isEqualTo(counter(KafkaMeter.BYTES_IN, "topic", "events"));
    assertThat(gauge(KafkaMeter.PARTITIONS)).isEqualTo(2);
    assertThat(gauge(KafkaMeter.LEADERS)).isEqualTo(2);
    assertThat(gauge(KafkaMeter.TOPICS)).isEqualTo(2);
    assertThat(gauge(KafkaMeter.ACTIVE_CONTROLLER)).isEqualTo(1);
    assertThat(gauge(KafkaMeter.OFFLINE_PARTITIONS)).isZero();
    assertThat(gauge(KafkaMeter.UNDER_REPLICATED)).isZero();
    assertThat(gauge(KafkaMeter.UNDER_MIN_IN_SYNC)).isZero();
    assertThat(gauge(KafkaMeter.AT_MIN_IN_SYNC)).as("one replica each").isEqualTo(2);
    assertThat(gauge(KafkaMeter.IMBALANCED)).isZero();
    assertThat(gauge(KafkaMeter.REASSIGNING)).isZero();
    assertThat(gauge(KafkaMeter.MEMORY_USED)).isZero();
    assertThat(gauge(KafkaMeter.GROUPS)).isEqualTo(1);
    assertThat(gauge(KafkaMeter.OFFSETS)).isEqualTo(1);
    assertThat(registry.get(KafkaMeter.TOTAL_TIME_MS.meter()).tag("request", "Produce").summary())
        .satisfies(summary -> assertThat(summary.totalAmount()).isPositive())
        .satisfies(summary -> assertThat(summary.count()).isPositive());

    try (Admin admin = Admin.create(client)) {
      admin.deleteTopics(List.of("events")).all().get();
    }
    assertThat(registry.find(KafkaMeter.BYTES_IN.meter()).tag("topic", "events").meters())
        .isEmpty();
    assertThat(counter(KafkaMeter.BYTES_IN, "topic", "")).isPositive();
  }

  @Test
  void tellsTheFeaturesOfAKafkaWithoutWhatIsNotServed()
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(client)) {
      FeatureMetadata features = admin.describeFeatures().featureMetadata().get();

      assertThat(features.finalizedFeatures()).containsOnlyKeys("metadata.version");
      assertThat(features.supportedFeatures().get("metadata.version").maxVersion())
          .isEqualTo(features.finalizedFeatures().get("metadata.version").maxVersionLevel());
      assertThat(features.finalizedFeaturesEpoch()).isPresent();
    }
  }

  @Test
  void isOfUseUntilItStops() throws IOException {
    assertThat(broker.health().serving()).isTrue();
    assertThat(broker.health().problems()).isEmpty();

    broker.close();

    assertThat(broker.health().serving()).isFalse();
  }

  private void produceAndConsume() {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        producer.send(new ProducerRecord<>("events", "value-" + i));
      }
    }
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            new HashMap<>(client), new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("events"));
      int seen = 0;
      while (seen < RECORDS) {
        seen += consumer.poll(Duration.ofSeconds(10)).count();
      }
      consumer.commitSync();
    }
  }

  private double counter(KafkaMeter meter, String label, String value) {
    return registry.get(meter.meter()).tag(label, value).functionCounter().count();
  }

  private double gauge(KafkaMeter meter) {
    return registry.get(meter.meter()).gauge().value();
  }

  private double gauge(KafkaMeter meter, String label, String value) {
    return registry.get(meter.meter()).tag(label, value).gauge().value();
  }
}

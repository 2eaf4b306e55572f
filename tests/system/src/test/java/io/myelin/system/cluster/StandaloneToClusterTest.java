package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/myelin metadata export} and {@code import}, with real processes and an etcd. */
final class StandaloneToClusterTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final String MYELIN = HOME.resolve("bin/myelin").toString();
  private static final String TOPIC = "events";
  private static final String GROUP = "readers";
  private static final int ETCD_PORT = 27_590;
  private static final String ETCD = "127.0.0.1:" + ETCD_PORT;
  private static final String KAFKA = "127.0.0.1:27400";
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    Path cluster = folder.resolve("cluster");
    if (Files.exists(cluster.resolve("conf"))) {
      Command.run(MYELIN, "cluster", "down", "--dir", cluster.toString());
    }
    for (Process process : started.reversed()) {
      process.destroy();
      process.waitFor();
    }
  }

  private Process standalone(Path directory) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("standalone.properties"),
            """
            node.id=1
            log.dirs=%s
            listeners=PLAINTEXT://%s
            myelin.http.listener=127.0.0.1:27450
            """
                .formatted(directory, KAFKA));
    Process process =
        Launched.start(
                List.of(MYELIN, "up", "--config", config.toString()),
                folder.resolve("standalone.log"))
            .process();
    started.add(process);
    return process;
  }

  private static void produce(List<String> values) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA), new StringSerializer(), new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(TOPIC, value)).get();
      }
    }
  }

  /** Reads so many records as a member of the group, from where it was, and commits. */
  private static List<String> consume(String group, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                KAFKA,
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      long endNs = System.nanoTime() + LIMIT_NS;
      while (values.size() < count) {
        assertThat(System.nanoTime()).as("have %s", values).isLessThan(endNs);
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
          values.add(each.value());
        }
      }
      consumer.commitSync();
    }
    return values;
  }

  @Test
  void aStandaloneDirectoryBecomesTheFirstBrokerOfACluster() throws Exception {
    Path directory = folder.resolve("standalone");
    Path file = folder.resolve("metadata.txt");
    List<String> before = IntStream.range(0, 100).mapToObj(i -> "before " + i).toList();
    Process alone = standalone(directory);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
    }
    produce(before);
    assertThat(consume(GROUP, 100)).containsExactlyInAnyOrderElementsOf(before);
    assertThatThrownBy(() -> export(directory, file)).hasMessageContaining("in use");
    alone.destroy();
    alone.waitFor();

    export(directory, file);
    started.add(EtcdServer.start(folder, ETCD_PORT));
    Command.run(MYELIN, "metadata", "import", "--from", file.toString(), "--etcd", ETCD);
    assertThatThrownBy(
            () ->
                Command.run(
                    MYELIN, "metadata", "import", "--from", file.toString(), "--etcd", ETCD))
        .hasMessageContaining("holds a cluster already");
    Path cluster = Files.createDirectories(folder.resolve("cluster"));
    Files.move(directory, cluster.resolve("broker-1"));
    startCluster(cluster);

    produce(List.of("after"));
    assertThat(consume(GROUP, 1)).as("the group goes on where it was").containsExactly("after");
    List<String> all = new ArrayList<>(before);
    all.add("after");
    assertThat(consume("others", 101)).containsExactlyInAnyOrderElementsOf(all);

    Command.run(MYELIN, "cluster", "stop", "broker-1", "--dir", cluster.toString());
    assertThatThrownBy(() -> standalone(cluster.resolve("broker-1")))
        .hasMessageContaining("belongs to a broker of a cluster");
  }

  private static void export(Path directory, Path file) throws Exception {
    Command.run(
        MYELIN, "metadata", "export", "--data-dir", directory.toString(), "--to", file.toString());
  }

  private void startCluster(Path cluster) throws IOException {
    started.add(
        Launched.start(
                List.of(
                    MYELIN,
                    "cluster",
                    "up",
                    "--dir",
                    cluster.toString(),
                    "--brokers",
                    "1",
                    "--controllers",
                    "1",
                    "--etcd",
                    ETCD,
                    "--etcd-prefix",
                    "/myelin/",
                    "--kafka-base-port",
                    "27400",
                    "--grpc-base-port",
                    "27500",
                    "--http-base-port",
                    "27460"),
                folder.resolve("cluster-up.log"))
            .process());
  }
}

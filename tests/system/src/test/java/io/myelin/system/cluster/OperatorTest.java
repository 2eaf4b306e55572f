package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.system.history.HistoryChecker;
import io.myelin.system.history.HistoryFile;
import io.myelin.system.history.Report;
import io.myelin.system.load.Load;
import io.myelin.system.load.LoadPlan;
import io.myelin.system.load.Recorder;
import io.myelin.system.pauses.Failover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator does to a cluster while clients work, with Kafka's own tools: three brokers,
 * each in a rack of its own, and two controllers.
 */
final class OperatorTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final String EVENTS = "This is my first event\nThis is my second event\n";

  /** Of the topic that {@link Load} makes. */
  private static final String LOADED = "system";

  // The load writes some three times as much to each partition: what is throttled so never ends.
  private static final long SLOW_BYTES_PER_SECOND = 50_000;
  private static final long FAST_BYTES_PER_SECOND = 100_000_000;

  @TempDir static Path folder;

  private static LocalCluster cluster;
  private static Admin admin;
  private static KafkaTools tools;

  @BeforeAll
  static void start() throws Exception {
    LocalCluster.Shape shape =
        new LocalCluster.Shape(3, 2, 1, Ports.freeRange(LocalCluster.Shape.PORTS));
    cluster = LocalCluster.direct(HOME, folder.resolve("cluster"), shape);
    for (int broker = 1; broker <= 3; broker++) {
      Files.writeString(
          folder.resolve("cluster/conf/broker-" + broker + ".properties"),
          """
          broker.rack=rack-%d
          replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector
          offsets.topic.num.partitions=4
          """
              .formatted(broker),
          StandardOpenOption.APPEND);
    }
    cluster.start();
    admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    tools = new KafkaTools(HOME, cluster.bootstrap());
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    cluster.close();
  }

  private static List<TopicPartitionInfo> partitions(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
  }

  private static List<Integer> ids(List<Node> nodes) {
    return nodes.stream().map(Node::id).toList();
  }

  private static Map<Integer, List<Integer>> replicas(String topic) throws Exception {
    Map<Integer, List<Integer>> replicas = new TreeMap<>();
    for (TopicPartitionInfo partition : partitions(topic)) {
      replicas.put(partition.partition(), ids(partition.replicas()));
    }
    return replicas;
  }

  /** Names of folders that are of the partition, whatever has become of it. */
  private static List<String> folders(int broker, String partition) throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("cluster/broker-" + broker))) {
      return all.map(each -> each.getFileName().toString())
          .filter(name -> name.equals(partition) || name.startsWith(partition + "."))
          .toList();
    }
  }

  @Test
  void theQuickStartWorksWithThreeReplicas() throws Exception {
    assertThat(
            tools.run(
                "kafka-topics.sh",
                "--create",
                "--topic",
                "quickstart-events",
                "--replication-factor",
                "3"))
        .contains("Created topic quickstart-events.");
    assertThat(tools.run("kafka-topics.sh", "--describe", "--topic", "quickstart-events"))
        .contains("ReplicationFactor: 3")
        .containsPattern("Replicas: [123],[123],[123]\\s+Isr: [123],[123],[123]\\s");

    tools.feed(EVENTS, "kafka-console-producer.sh", "--topic", "quickstart-events");
    assertThat(
            tools.run(
                "kafka-console-consumer.sh",
                "--topic",
                "quickstart-events",
                "--from-beginning",
                "--max-messages",
                "2"))
        .contains(EVENTS);
  }

  @Test
  void partitionsMoveUnderLoadAlthoughTheirTargetAndTheControllerDie() throws Exception {
    Map<String, String> configs = Map.of("file.delete.delay.ms", "200", "min.insync.replicas", "1");
    LoadPlan plan = new LoadPlan(2, (short) 2, configs, 2, 0, 1, 1, 200, 3_000);
    Path history = folder.resolve("history");
    try (Recorder recorder = new Recorder(history);
        Load load = new Load(plan, cluster.bootstrap(), recorder, 1)) {
      load.start();
      move(replicas(LOADED));
      load.stopProducing();
      load.drainGroup(load.audit());
    }
    Report report = HistoryChecker.check(new HistoryFile(history), cluster.promises());
    assertThat(report.isClean()).as(report.text()).isTrue();
    assertThat(report.totals().acknowledged()).isGreaterThan(2_000);
  }

  private static void move(Map<Integer, List<Integer>> from) throws Exception {
    Map<Integer, List<Integer>> to = new TreeMap<>();
    from.forEach((p, pair) -> to.put(p, List.of(other(pair), pair.getLast())));
    PartitionMoves moves = new PartitionMoves(tools, folder.resolve("plan.json"), LOADED, to);

    begin(moves, to);
    assertThat(moves.cancel())
        .contains("Successfully cancelled partition reassignments for: system-0,system-1");
    assertThat(PartitionMoves.list(tools)).contains("No partition reassignments found.");
    // Their order is forgotten, as by Kafka.
    replicas(LOADED)
        .forEach((p, now) -> assertThat(now).containsExactlyInAnyOrderElementsOf(from.get(p)));
    assertNothingIsThrottled();
    for (int partition : to.keySet()) {
      awaitNoFolder(to.get(partition).getFirst(), partition);
    }

    begin(moves, to);
    killWhoMovesIt(to.get(0).getFirst());
    assertThat(moves.verify()).contains("Reassignment of partition system-0 is still in progress.");
    assertUnderWay(to);

    moves.execute(FAST_BYTES_PER_SECOND, "--additional");
    List<String> said = new ArrayList<>();
    Until.holds(
        "the moves end",
        () -> {
          said.add(moves.verify());
          return !said.getLast().contains("in progress");
        });
    assertThat(said.getLast())
        .contains(
            "Reassignment of partition system-0 is completed.",
            "Reassignment of partition system-1 is completed.",
            "Clearing broker-level throttles on brokers 1,2,3",
            "Clearing topic-level throttles on topic system");
    assertNothingIsThrottled();
    assertThat(replicas(LOADED)).isEqualTo(to);
    Until.holds(
        "all are in sync", () -> partitions(LOADED).stream().allMatch(p -> p.isr().size() == 2));
    for (int partition : from.keySet()) {
      awaitNoFolder(from.get(partition).getFirst(), partition);
    }
  }

  /** The broker that has no replica yet. */
  private static int other(List<Integer> pair) {
    return 6 - pair.getFirst() - pair.getLast();
  }

  private static void begin(PartitionMoves moves, Map<Integer, List<Integer>> to) throws Exception {
    // More than goes in one message: a quota does not hold up the first.
    for (int partition : to.keySet()) {
      Until.holds("there is something to move", () -> end(partition) > 600);
    }
    assertThat(moves.execute(SLOW_BYTES_PER_SECOND))
        .contains("Successfully started partition reassignments for system-0,system-1");
    assertUnderWay(to);
  }

  private static long end(int partition) throws Exception {
    TopicPartition loaded = new TopicPartition(LOADED, partition);
    return admin
        .listOffsets(Map.of(loaded, OffsetSpec.latest()))
        .partitionResult(loaded)
        .get()
        .offset();
  }

  private static void assertUnderWay(Map<Integer, List<Integer>> to) throws Exception {
    String moves = PartitionMoves.list(tools);
    to.forEach(
        (partition, target) ->
            assertThat(moves)
                .containsPattern(
                    "system-%d: replicas: %d,%d,%d\\. adding: %d\\. removing: %d\\."
                        .formatted(
                            partition,
                            target.getFirst(),
                            target.getLast(),
                            other(target),
                            target.getFirst(),
                            other(target))));
  }

  private static void killWhoMovesIt(int target) throws Exception {
    String broker = cluster.brokerProcess(target);
    String controller =
        "controller-" + admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    cluster.kill(broker);
    cluster.kill(controller);
    cluster.start(controller);
    cluster.start(broker);
  }

  private static void awaitNoFolder(int broker, int partition) throws Exception {
    Until.holds(
        "broker " + broker + " has no folder of partition " + partition,
        () -> folders(broker, LOADED + "-" + partition).isEmpty());
  }

  private static void assertNothingIsThrottled() throws Exception {
    List<ConfigResource> resources =
        List.of(
            new ConfigResource(ConfigResource.Type.TOPIC, LOADED),
            new ConfigResource(ConfigResource.Type.BROKER, "1"),
            new ConfigResource(ConfigResource.Type.BROKER, "2"),
            new ConfigResource(ConfigResource.Type.BROKER, "3"));
    assertThat(admin.describeConfigs(resources).all().get().values())
        .flatExtracting(config -> config.entries())
        .filteredOn(entry -> entry.name().contains(".replication.throttled."))
        .isNotEmpty()
        .allMatch(ConfigEntry::isDefault);
  }

  @Test
  void aConsumerReadsFromTheReplicaInItsRack() throws Exception {
    int records = 100;
    int bytes = 1_000;
    admin.createTopics(List.of(new NewTopic("racks", Map.of(0, List.of(1, 2, 3))))).all().get();
    write("racks", records, bytes);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrap(), "client.rack", "rack-3"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition("racks", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      int[] read = new int[1];
      Until.holds(
          "all is read",
          () -> (read[0] += consumer.poll(Duration.ofMillis(100)).count()) == records);

      assertThat(received(consumer, 3)).isGreaterThan(records * bytes);
      assertThat(received(consumer, 1)).as("of the leader").isLessThan(records * bytes / 4);
    }
  }

  private static void write(String topic, int records, int bytes) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(topic, new byte[bytes]));
      }
    }
  }

  /** Bytes that the consumer had from a broker. */
  private static double received(KafkaConsumer<?, ?> consumer, int broker) {
    return consumer.metrics().entrySet().stream()
        .filter(
            each ->
                each.getKey().name().equals("incoming-byte-total")
                    && ("node-" + broker).equals(each.getKey().tags().get("node-id")))
        .mapToDouble(each -> (Double) each.getValue().metricValue())
        .sum();
  }

  @Test
  void etcdIsNotWrittenToWhileClientsOnlyProduceAndConsume() throws Exception {
    try (Failover steady = new Failover(cluster)) {
      assertThat(steady.revisionsDuring(Duration.ofSeconds(3))).isZero();
      assertThat(steady.errors().counts()).isEmpty();
    }
  }

  @Test
  void aBrokerThatRunsIsNotUnregistered() throws Exception {
    assertThatThrownBy(() -> tools.runCommand("kafka-cluster.sh", "unregister", "--id", "1"))
        .hasMessageContaining("Broker 1 is running; stop it before unregistering it.");
    assertThatThrownBy(() -> tools.runCommand("kafka-cluster.sh", "unregister", "--id", "77"))
        .hasMessageContaining("BrokerIdNotRegisteredException")
        .hasMessageContaining("Broker ID 77 is not currently registered");
    assertThat(brokers()).containsExactlyInAnyOrder(1, 2, 3);
  }

  private static List<Integer> brokers() throws Exception {
    return admin.describeCluster().nodes().get().stream().map(Node::id).toList();
  }

  /** Broker 3 is stopped, its registration removed, a topic deleted, and it is started again. */
  @Nested
  class AfterABrokerWasAway {
    private static String unregistered;

    @BeforeAll
    static void goesAndComesBack() throws Exception {
      admin
          .createTopics(
              List.of(
                  new NewTopic("preferred", Map.of(0, List.of(3, 1, 2))),
                  new NewTopic("doomed", Map.of(0, List.of(3, 1, 2)))))
          .all()
          .get();
      write("doomed", 1, 100);
      cluster.stop("broker-3");
      Until.holds("broker 3 is gone", () -> !brokers().contains(3));
      unregistered = tools.runCommand("kafka-cluster.sh", "unregister", "--id", "3");
      tools.run("kafka-topics.sh", "--delete", "--topic", "doomed");
      assertThat(folders(3, "doomed-0")).containsExactly("doomed-0");
      cluster.start("broker-3");
    }

    @Test
    void itWasForgottenAndIsKnownAgain() throws Exception {
      assertThat(unregistered).contains("Broker 3 is no longer registered.");
      assertThat(brokers()).contains(3);
    }

    @Test
    void itLeadsAgainWhereItIsPreferred() throws Exception {
      Until.holds("it is in sync", () -> partitions("preferred").getFirst().isr().size() == 3);
      assertThat(partitions("preferred").getFirst().leader().id()).isNotEqualTo(3);

      assertThat(
              tools.run(
                  "kafka-leader-election.sh",
                  "--election-type",
                  "preferred",
                  "--topic",
                  "preferred",
                  "--partition",
                  "0"))
          .contains(
              "Successfully completed leader election (PREFERRED) for partitions preferred-0");
      assertThat(partitions("preferred").getFirst().leader().id()).isEqualTo(3);
    }

    @Test
    void whatItHadOfADeletedTopicIsSetAside() throws Exception {
      Until.holds(
          "the folder is a stray",
          () -> folders(3, "doomed-0").stream().allMatch(name -> name.endsWith("-stray")));
      assertThat(folders(3, "doomed-0")).hasSize(1);
      assertThat(folders(3, "preferred-0")).containsExactly("preferred-0");
    }
  }
}

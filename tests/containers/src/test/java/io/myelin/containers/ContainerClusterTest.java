package io.myelin.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a cluster of containers does when one of them loses its network: nothing is refused then, as
 * it is when a process dies; there is silence. Each test mends what it cut.
 */
@Timeout(120)
final class ContainerClusterTest {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);

  /** Another second to notice, to decide, and for clients to find the new leader. */
  private static final Duration PAUSE_MAX = SESSION_TIMEOUT.plusSeconds(1);

  /** etcd has to let the lease of 2 s expire: nobody was refused, so nobody may revoke it. */
  private static final Duration TAKEOVER_MAX = Duration.ofSeconds(10);

  /** A second of the steady writer. */
  private static final int A_SECOND = 100;

  private static ContainerCluster cluster;
  private static Operator operator;

  @BeforeAll
  static void start() {
    cluster = new ContainerCluster();
    operator = new Operator(cluster.bootstrap());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void mend() {
    cluster.mend();
  }

  @Test
  void quickStartWorksWithThreeReplicas() throws Exception {
    String where = " --topic quickstart-events --bootstrap-server " + cluster.bootstrap();
    String events = "This is my first event\nThis is my second event\n";
    Tool.run("", "kafka-topics.sh --create --replication-factor 3" + where);
    Tool.run(events, "kafka-console-producer.sh" + where);
    assertThat(Tool.run("", "kafka-console-consumer.sh --from-beginning --max-messages 2" + where))
        .contains(events);
    assertThat(Tool.run("", "kafka-topics.sh --describe" + where))
        .containsPattern("Isr: [123],[123],[123]");
  }

  @Test
  void aLeaderThatIsCutOffIsReplacedAndNothingIsLost() throws Exception {
    String topic = "cut-leader";
    operator.makeTopic(topic);
    try (SteadyWriter writer = new SteadyWriter(cluster.bootstrap(), topic)) {
      writer.awaitMore(A_SECOND);
      int old = operator.leader(topic);
      long cutNs = System.nanoTime();
      cluster.broker(old).unplugFrom(cluster.outside());
      cluster.broker(old).unplugFrom(cluster.inside());
      operator.awaitLeaderOtherThan(old, topic);
      writer.awaitMore(A_SECOND);
      Duration pause = pauseSince(cutNs, "the leader cut off", writer);

      cluster.mend();
      operator.awaitInSyncUnderOther(old, topic);
      writer.awaitMore(A_SECOND);
      assertWritten(topic, writer);
      awaitSameLogs(topic);
      assertThat(pause).isLessThanOrEqualTo(PAUSE_MAX);
    }
  }

  @Test
  void whatALeaderTookAfterItWasCutOffIsTruncated() throws Exception {
    String topic = "suffix";
    operator.makeTopic(topic);
    List<String> before = values("before-");
    List<String> alone = values("alone-");
    List<String> after = values("after-");
    write(cluster.bootstrap(), topic, before);
    int old = operator.leader(topic);
    Node oldBroker = cluster.broker(old);
    try (KafkaProducer<String, String> loyal = producer(cluster.bootstrap(oldBroker), 0)) {
      loyal.partitionsFor(topic);
      oldBroker.unplugFrom(cluster.inside());
      List<Future<RecordMetadata>> answers = send(loyal, topic, alone);
      Until.holds(
          "the old leader has taken what it was sent",
          () -> log(oldBroker, topic).contains(alone.getLast()));
      int successor = operator.awaitLeaderOtherThan(old, topic);
      write(cluster.bootstrap(cluster.broker(successor)), topic, after);
      assertThat(answers)
          .allSatisfy(
              answer ->
                  assertThatThrownBy(answer::get)
                      .as("nobody has it but one that leads no more")
                      .isInstanceOf(ExecutionException.class));
    }
    cluster.mend();
    operator.awaitInSyncUnderOther(old, topic);
    awaitSameLogs(topic);
    assertThat(log(oldBroker, topic)).doesNotContain("alone-");
    assertThat(Reading.everything(cluster.bootstrap(), topic))
        .isEqualTo(Stream.concat(before.stream(), after.stream()).toList());
  }

  @Test
  void withoutItsActiveControllerAnotherOneTakesOver() throws Exception {
    String topic = "cut-controller";
    operator.makeTopic(topic);
    try (SteadyWriter writer = new SteadyWriter(cluster.bootstrap(), topic)) {
      writer.awaitMore(A_SECOND);
      int old = operator.activeController();
      long cutNs = System.nanoTime();
      cluster.controller(old).unplugFrom(cluster.inside());
      operator.makeTopic("made-by-another-controller");
      Duration takeover = Duration.ofNanos(System.nanoTime() - cutNs);
      System.out.printf("the active controller cut off: a topic after %s%n", takeover);
      Until.holds("another controller is active", () -> operator.activeController() != old);
      writer.awaitMore(A_SECOND);
      Duration pause = pauseSince(cutNs, "the active controller cut off", writer);

      cluster.mend();
      Until.holds("the old controller stands by", () -> cluster.isReady(cluster.controller(old)));
      writer.awaitMore(A_SECOND);
      assertWritten(topic, writer);
      assertThat(takeover).isLessThan(TAKEOVER_MAX);
      assertThat(pause).as("nobody has to be fenced for that").isLessThan(SESSION_TIMEOUT);
    }
  }

  @Test
  void withoutEtcdDataFlowOnAndMetadataWait() throws Exception {
    String topic = "cut-etcd";
    operator.makeTopic(topic);
    try (SteadyWriter writer = new SteadyWriter(cluster.bootstrap(), topic)) {
      writer.awaitMore(A_SECOND);
      long cutNs = System.nanoTime();
      cluster.etcd().unplugFrom(cluster.inside());
      for (Node controller : cluster.controllers()) {
        Until.holds(
            controller.name() + " says that it misses etcd", () -> !cluster.isReady(controller));
      }
      assertThatThrownBy(() -> operator.tryToMakeTopic("made-without-etcd"))
          .isInstanceOf(ExecutionException.class);
      writer.awaitMore(A_SECOND);
      assertThat(Reading.everything(cluster.bootstrap(), topic)).hasSizeGreaterThan(2 * A_SECOND);

      cluster.mend();
      operator.makeTopic("made-with-etcd-again");
      writer.awaitMore(A_SECOND);
      Duration pause = pauseSince(cutNs, "etcd cut off", writer);
      assertWritten(topic, writer);
      assertThat(pause).as("nobody has to be fenced for that").isLessThan(SESSION_TIMEOUT);
    }
  }

  private static Duration pauseSince(long cutNs, String cause, SteadyWriter writer) {
    Duration pause = writer.longestGapSince(cutNs);
    System.out.printf("%s: %s between two acknowledgements%n", cause, pause);
    return pause;
  }

  /** Each record that the writer wrote is there once, in its place. */
  private static void assertWritten(String topic, SteadyWriter writer) throws Exception {
    List<String> acknowledged = writer.finish();
    assertThat(Reading.everything(cluster.bootstrap(), topic)).isEqualTo(acknowledged);
  }

  /** Returns when the replicas on all brokers are the same, byte for byte. */
  private static void awaitSameLogs(String topic) throws Exception {
    Until.holds(
        "the logs of " + topic + " are the same on all brokers",
        () -> cluster.brokers().stream().map(each -> log(each, topic)).distinct().count() == 1);
  }

  /** The first segment of the topic's only partition; every byte is a character. */
  private static String log(Node broker, String topic) {
    String path = "%s/%s-0/%020d.log".formatted(ContainerCluster.DATA, topic, 0);
    return new String(broker.file(path), StandardCharsets.ISO_8859_1);
  }

  private static List<String> values(String prefix) {
    return IntStream.range(0, 50).mapToObj(i -> prefix + i).toList();
  }

  /** Returns when all of it is acknowledged. */
  private static void write(String bootstrap, String topic, List<String> values) throws Exception {
    try (KafkaProducer<String, String> producer = producer(bootstrap, Integer.MAX_VALUE)) {
      for (Future<RecordMetadata> answer : send(producer, topic, values)) {
        answer.get();
      }
    }
  }

  private static List<Future<RecordMetadata>> send(
      KafkaProducer<String, String> producer, String topic, List<String> values) {
    return values.stream().map(value -> producer.send(new ProducerRecord<>(topic, value))).toList();
  }

  private static KafkaProducer<String, String> producer(String bootstrap, int retries) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ProducerConfig.RETRIES_CONFIG,
            retries,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            retries > 0,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            5_000),
        new StringSerializer(),
        new StringSerializer());
  }
}

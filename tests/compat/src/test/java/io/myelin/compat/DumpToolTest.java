package io.myelin.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own kafka-dump-log on every file that {@code kill -9} leaves. */
final class DumpToolTest {
  /** The smallest segments that there are: logs of several. */
  private static final String SETTINGS =
      """
      listeners=PLAINTEXT://127.0.0.1:%d
      log.dirs=%s
      log.segment.bytes=1048576
      """;

  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final List<String> SUFFIXES =
      List.of(".log", ".index", ".timeindex", ".txnindex", ".snapshot");

  private static final int RECORDS = 3000;
  private static final int VALUE_BYTES = 1000;

  /** Of a producer that fills what it is given: more than any segment takes. */
  private static final int MORE_RECORDS_MAX = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path temp;
  private final Random random = new Random(7);

  /** The first use of it fetches it, and says so where complaints are looked for. */
  @BeforeAll
  static void fetch(@TempDir Path anywhere) {
    Command tool =
        Command.run(
            anywhere,
            MyelinProcess.home().resolve("bin/kafka-dump-log.sh").toString(),
            "--version");
    assertThat(tool.exitCode()).as(tool.output()).isZero();
  }

  @Test
  void hasNothingToComplainOfAfterAKill() throws Exception {
    Path data = temp.resolve("data");
    try (MyelinProcess myelin = MyelinProcess.start(data, port -> SETTINGS.formatted(port, data))) {
      for (String codec : CODECS) {
        produce(myelin, codec, data);
      }
      consumeAndCommit(myelin);
      myelin.kill();
      assertNoComplaint(data);

      // What the next life recovers, and writes when it stops in order.
      myelin.start();
      produce(myelin, "none", data);
      myelin.stop();
      assertNoComplaint(data);
    }
  }

  /** Returns when the first rolled segment has its snapshot, which a worker writes. */
  private void produce(MyelinProcess myelin, String codec, Path data) throws Exception {
    Path folder = data.resolve(topic(codec) + "-0");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", myelin.bootstrap(), "compression.type", codec, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> answers = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        answers.add(producer.send(record(codec, i)));
      }
      for (Future<RecordMetadata> answer : answers) {
        answer.get();
      }
      int i = RECORDS;
      while (files(folder, ".snapshot").isEmpty()) {
        producer.send(record(codec, i++)).get();
        assertThat(i).as("records until a segment has its snapshot").isLessThan(MORE_RECORDS_MAX);
      }
    }
    assertThat(files(folder, ".log")).hasSizeGreaterThan(1);
    assertThat(files(folder, ".index")).isNotEmpty();
    assertThat(files(folder, ".timeindex")).isNotEmpty();
  }

  /** Letters of which no codec makes little. */
  private ProducerRecord<byte[], byte[]> record(String codec, int i) {
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    return new ProducerRecord<>(
        topic(codec), ("key-" + i).getBytes(UTF_8), Base64.getEncoder().encode(value));
  }

  private void consumeAndCommit(MyelinProcess myelin) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", myelin.bootstrap(),
                "group.id", "readers",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(CODECS.stream().map(DumpToolTest::topic).toList());
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (!CODECS.stream().allMatch(codec -> hasRead(consumer, codec))) {
        assertThat(System.nanoTime()).as("waited for the records").isLessThan(deadlineNs);
        consumer.poll(Duration.ofMillis(100));
      }
      consumer.commitSync();
    }
  }

  private static boolean hasRead(KafkaConsumer<byte[], byte[]> consumer, String codec) {
    TopicPartition partition = new TopicPartition(topic(codec), 0);
    return consumer.assignment().contains(partition) && consumer.position(partition) >= RECORDS;
  }

  private static String topic(String codec) {
    return "codec-" + codec;
  }

  private void assertNoComplaint(Path data) throws IOException {
    List<Path> all = new ArrayList<>();
    List<Path> offsets = new ArrayList<>();
    try (Stream<Path> folders = Files.list(data)) {
      for (Path folder : folders.filter(DumpToolTest::isPartition).sorted().toList()) {
        for (String suffix : SUFFIXES) {
          all.addAll(files(folder, suffix));
        }
        if (folder.getFileName().toString().startsWith("__consumer_offsets-")) {
          offsets.addAll(files(folder, ".log"));
        }
      }
    }

    String said = dump(all, "--deep-iteration");
    for (String codec : CODECS) {
      assertThat(said).contains("compresscodec: " + codec);
    }
    assertThat(said)
        .contains("isvalid: true", "currentTxnFirstOffset: ", "position: ", "timestamp: ")
        .doesNotContain("isvalid: false");
    assertThat(dump(all, "--verify-index-only")).contains("Dumping " + all.getFirst());
    assertThat(dump(offsets, "--offsets-decoder"))
        .contains(
            "\"group\":\"readers\"", "\"topic\":\"codec-zstd\"", "\"protocolType\":\"consumer\"")
        .doesNotContain("skipping");
  }

  private static boolean isPartition(Path folder) {
    return Files.exists(folder.resolve("partition.metadata"));
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  /** What the tool says; what it complains of has to be nothing. */
  private String dump(List<Path> files, String... options) throws IOException {
    Path complaints = temp.resolve("complaints");
    List<String> words = new ArrayList<>();
    words.addAll(List.of("sh", "-c", "exec \"$@\" 2>" + complaints, "sh"));
    words.add(MyelinProcess.home().resolve("bin/kafka-dump-log.sh").toString());
    words.addAll(List.of(options));
    words.add("--files");
    words.add(String.join(",", files.stream().map(Path::toString).toList()));
    Command dump = Command.run(temp, "", words);

    List<String> complained = Files.readAllLines(complaints);
    assertThat(dump.exitCode()).as("exit code; it complained: %s", complained).isZero();
    // The tool of 4.3 says of segments, Kafka's own too, that their first offset follows -1.
    assertThat(complained)
        .allMatch(
            line ->
                line.startsWith("Non-consecutive offsets in")
                    || line.startsWith("  -1 is followed by"));
    return dump.output();
  }
}

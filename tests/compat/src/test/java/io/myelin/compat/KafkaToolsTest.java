package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Apache Kafka's own tools print about a real process. */
final class KafkaToolsTest {
  private static final String RUN_CLASS = "kafka-run-class.sh";

  @TempDir static Path temp;
  private static MyelinProcess myelin;
  private static KafkaTools tools;

  @BeforeAll
  static void start() throws IOException {
    myelin = MyelinProcess.start(temp.resolve("data"));
    tools = new KafkaTools(temp, myelin.bootstrap());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    myelin.close();
  }

  private static void produce(String topic, String... lines) {
    tools.feed(String.join("\n", lines) + "\n", "kafka-console-producer.sh", "--topic", topic);
  }

  @Test
  void everyScriptRunsAClassOfKafkasWhereverItIsCalled() throws IOException {
    Path bin = Files.createDirectories(temp.resolve("copy/bin"));
    Path echo = Files.writeString(bin.resolve(RUN_CLASS), "#!/bin/sh\necho \"$@\"\n");
    assertThat(echo.toFile().setExecutable(true)).isTrue();

    try (URLClassLoader jars = jarsOfTheTools()) {
      for (Path script : scripts()) {
        String name = script.getFileName().toString();
        Path copy = Files.copy(script, bin.resolve(name));

        String inItsFolder = Command.run(bin, "bash", name, "--an", "argument").output();
        assertThat(inItsFolder).as(name).endsWith(" --an argument\n");
        assertThat(Command.run(temp, copy.toString(), "--an", "argument").output())
            .as(name)
            .isEqualTo(inItsFolder);
        String file = inItsFolder.split(" ")[0].replace('.', '/') + ".class";
        assertThat(jars.getResource(file)).as(name + " runs " + file).isNotNull();
      }
    }
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(KafkaTools.BIN)) {
      List<Path> scripts =
          files
              .filter(file -> file.getFileName().toString().matches("kafka-.*\\.sh"))
              .filter(file -> !file.endsWith(RUN_CLASS))
              .toList();
      assertThat(scripts).hasSizeGreaterThan(20);
      return scripts;
    }
  }

  private static URLClassLoader jarsOfTheTools() throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.list(MyelinProcess.home().resolve(".myelin/kafka-tools/lib"))) {
      for (Path jar : jars.toList()) {
        urls.add(jar.toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), null);
  }

  @Test
  void theRunnerOfClassesItselfRunsInItsFolder() {
    Command printed =
        Command.run(
            KafkaTools.BIN, "bash", RUN_CLASS, "org.apache.kafka.tools.TopicCommand", "--version");

    assertThat(printed.exitCode()).as(printed.output()).isZero();
    assertThat(printed.output()).startsWith("4.3.1");
  }

  @Test
  void configsAreAlteredDescribedAndDeleted() {
    tools.run("kafka-topics.sh", "--create", "--topic", "tuned");

    assertThat(configs("--alter", "--add-config", "retention.ms=60000"))
        .isEqualTo("Completed updating config for topic tuned.\n");
    assertThat(configs("--describe"))
        .contains("Dynamic configs for topic tuned are:")
        .contains("  retention.ms=60000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.");
    configs("--alter", "--delete-config", "retention.ms");
    assertThat(configs("--describe")).isEqualTo("Dynamic configs for topic tuned are:\n");
  }

  private static String configs(String... arguments) {
    List<String> words = new ArrayList<>(List.of("--entity-type", "topics"));
    words.addAll(List.of("--entity-name", "tuned"));
    words.addAll(Arrays.asList(arguments));
    return tools.run("kafka-configs.sh", words.toArray(String[]::new));
  }

  @Test
  void groupsAreListedDescribedResetAndDeleted() {
    produce("grouped", "one", "two", "three");
    String consumed =
        tools.run(
            "kafka-console-consumer.sh",
            "--topic",
            "grouped",
            "--group",
            "readers",
            "--from-beginning",
            "--max-messages",
            "3",
            "--timeout-ms",
            "30000");
    assertThat(consumed).contains("one\ntwo\nthree\n");

    assertThat(groups("--list").lines()).contains("readers");
    assertThat(tools.run("kafka-groups.sh", "--list"))
        .containsPattern("readers +Classic +consumer");
    assertThat(groups("--describe", "--group", "readers"))
        .contains("CURRENT-OFFSET", "LOG-END-OFFSET", "LAG")
        .containsPattern("readers +grouped +0 +3 +3 +0 ");
    assertThat(
            groups(
                "--reset-offsets",
                "--group",
                "readers",
                "--topic",
                "grouped",
                "--to-offset",
                "1",
                "--execute"))
        .containsPattern("readers +grouped +0 +1");
    assertThat(groups("--describe", "--group", "readers"))
        .containsPattern("readers +grouped +0 +1 +3 +2 ");
    assertThat(groups("--delete", "--group", "readers"))
        .contains("Deletion of requested consumer groups ('readers') was successful.");
    assertThat(groups("--list").lines()).doesNotContain("readers");
  }

  private static String groups(String... arguments) {
    return tools.run("kafka-consumer-groups.sh", arguments);
  }

  @Test
  void recordsAreDeletedUpToAnOffset() throws IOException {
    produce("shortened", "one", "two", "three");
    assertThat(offsets("latest")).isEqualTo("shortened:0:3\n");
    assertThat(offsets("earliest")).isEqualTo("shortened:0:0\n");

    Path json =
        Files.writeString(
            temp.resolve("deleted.json"),
            """
            {"version": 1, "partitions": [{"topic": "shortened", "partition": 0, "offset": 2}]}
            """);
    assertThat(tools.run("kafka-delete-records.sh", "--offset-json-file", json.toString()))
        .contains("partition: shortened-0\tlow_watermark: 2\n");

    assertThat(offsets("earliest")).isEqualTo("shortened:0:2\n");
    assertThat(offsets("latest")).isEqualTo("shortened:0:3\n");
  }

  private static String offsets(String time) {
    return tools.run("kafka-get-offsets.sh", "--topic", "shortened", "--time", time);
  }

  @Test
  void logDirectoriesAreDescribedWithTheSizesOfTheirPartitions() {
    produce("sized", "one", "two", "three");

    assertThat(tools.run("kafka-log-dirs.sh", "--describe", "--topic-list", "sized"))
        .contains("Received log directory information from brokers 0\n")
        .contains("\"logDir\":\"" + myelin.dataDir() + "\"")
        .contains("\"partition\":\"sized-0\"", "\"offsetLag\":0", "\"isFuture\":false")
        .containsPattern("\"size\":[1-9]")
        .contains("\"error\":null");
  }

  @Test
  void perfTestsSendAndReadEveryRecord() {
    String sent =
        tools.run(
            "kafka-producer-perf-test.sh",
            "--topic",
            "measured",
            "--num-records",
            "1000",
            "--record-size",
            "1024",
            "--throughput",
            "-1");
    assertThat(sent)
        .containsPattern(
            "(?m)^1000 records sent, [\\d.]+ records/sec \\([\\d.]+ MB/sec\\),"
                + " .* ms avg latency, .* ms 99\\.9th\\.$");

    String read =
        tools.run("kafka-consumer-perf-test.sh", "--topic", "measured", "--num-records", "1000");
    List<String> lines = read.lines().toList();
    assertThat(lines.getFirst()).startsWith("start.time, end.time, data.consumed.in.MB");
    // 1,000 KiB, in MiB.
    assertThat(lines.getLast().split(", ")).hasSize(10).contains("0.9766", "1000");
  }

  @Test
  void theEndToEndTestMeasuresEveryRecord() {
    String measured =
        tools.run(
            "kafka-e2e-latency.sh",
            "--topic",
            "there-and-back",
            "--num-records",
            "20",
            "--producer-acks",
            "all",
            "--record-size",
            "100");

    assertThat(measured)
        .containsPattern("Avg latency: [\\d.]+ ms")
        .containsPattern("Percentiles: 50th = \\d+, 99th = \\d+, 99\\.9th = \\d+");
  }

  @Test
  void whatTheVerifiableProducerSentTheVerifiableConsumerReadsAndCommits() {
    String sent =
        tools.run("kafka-verifiable-producer.sh", "--topic", "verified", "--max-messages", "50");
    List<String> values =
        sent.lines()
            .filter(line -> line.contains("\"name\":\"producer_send_success\""))
            .map(line -> line.replaceAll(".*\"value\":\"(\\d+)\".*", "$1"))
            .toList();
    assertThat(values)
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(Integer::toString).toList());
    assertThat(event(sent, "tool_data")).contains("\"sent\":50", "\"acked\":50");

    String read =
        tools.run(
            "kafka-verifiable-consumer.sh",
            "--topic",
            "verified",
            "--group-id",
            "verifiers",
            "--max-messages",
            "50");
    assertThat(event(read, "partitions_assigned"))
        .contains("{\"topic\":\"verified\",\"partition\":0}");
    assertThat(event(read, "records_consumed")).contains("\"maxOffset\":49");
    assertThat(event(read, "offsets_committed")).contains("\"offset\":50", "\"success\":true");
    assertThat(event(read, "shutdown_complete")).isNotEmpty();
  }

  /** The last of the events with this name. */
  private static String event(String printed, String name) {
    return printed
        .lines()
        .filter(line -> line.contains("\"name\":\"" + name + "\""))
        .reduce((former, latter) -> latter)
        .orElseThrow(() -> new AssertionError("no " + name + " in\n" + printed));
  }

  @Test
  void idempotentProducersAreDescribedAndTransactionsRefusedAtOnce() {
    produce("idempotent", "one", "two", "three");
    String described =
        tools.run(
            "kafka-transactions.sh",
            "describe-producers",
            "--topic",
            "idempotent",
            "--partition",
            "0");
    assertThat(described.lines().findFirst().orElseThrow())
        .startsWith("ProducerId")
        .contains("LastSequence", "CurrentTransactionStartOffset");
    assertThat(described).containsPattern("(?m)^\\d+\\s+0\\s+-1\\s+2\\s+\\d+\\s+None");

    Command listed =
        Command.run(
            temp,
            KafkaTools.BIN.resolve("kafka-transactions.sh").toString(),
            "--bootstrap-server",
            myelin.bootstrap(),
            "list");
    assertThat(listed.exitCode()).isOne();
    assertThat(listed.output()).contains("does not support LIST_TRANSACTIONS");
  }

  @Test
  void theClusterTellsItsIdItsFeaturesAndItsVersions() throws IOException {
    Properties meta = new Properties();
    try (var reader = Files.newBufferedReader(myelin.dataDir().resolve("meta.properties"))) {
      meta.load(reader);
    }
    assertThat(tools.runCommand("kafka-cluster.sh", "cluster-id"))
        .isEqualTo("Cluster ID: " + meta.getProperty("cluster.id") + "\n");
    assertThat(tools.run("kafka-features.sh", "describe"))
        .containsPattern(
            "Feature: metadata\\.version +SupportedMinVersion: 3\\.3-IV3 +SupportedMaxVersion:"
                + " 4\\.3-IV0 +FinalizedVersionLevel: 4\\.3-IV0");
    assertThat(tools.run("kafka-broker-api-versions.sh"))
        .startsWith(myelin.bootstrap() + " (id: 0 ")
        .containsPattern("Produce\\(0\\): \\d+ to \\d+ \\[usable: \\d+]");
  }

  @Test
  void aLeaderThatIsThePreferredOneNeedsNoElection() {
    tools.run("kafka-topics.sh", "--create", "--topic", "led");

    assertThat(
            tools.run(
                "kafka-leader-election.sh",
                "--election-type",
                "preferred",
                "--topic",
                "led",
                "--partition",
                "0"))
        .contains("Valid replica already elected for partitions led-0");
  }
}

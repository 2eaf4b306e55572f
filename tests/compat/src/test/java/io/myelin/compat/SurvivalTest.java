package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's quick start with Kafka's own tools, across an orderly stop and a kill. */
final class SurvivalTest {
  private static final String TOPIC = "quickstart-events";

  @TempDir Path temp;

  @Test
  void everyEventOfTheQuickStartSurvivesARestartAndAKill() throws Exception {
    List<String> events =
        IntStream.range(0, 200).mapToObj(i -> "This is event number " + i).toList();
    try (MyelinProcess myelin = MyelinProcess.start(temp.resolve("data"))) {
      KafkaTools tools = new KafkaTools(temp, myelin.bootstrap());
      tools.run("kafka-topics.sh", "--create", "--topic", TOPIC);
      assertThat(tools.run("kafka-topics.sh", "--describe", "--topic", TOPIC))
          .contains("PartitionCount: 1", "ReplicationFactor: 1");
      tools.feed(String.join("\n", events) + "\n", "kafka-console-producer.sh", "--topic", TOPIC);
      assertThat(consume(tools)).containsExactlyElementsOf(events);

      myelin.stop();
      assertThat(temp.resolve("data/.kafka_cleanshutdown")).as("the mark of a clean stop").exists();
      myelin.start();
      assertThat(consume(tools)).containsExactlyElementsOf(events);

      myelin.kill();
      myelin.start();
      assertThat(consume(tools)).containsExactlyElementsOf(events);
    }
  }

  @Test
  void kafkasDumpToolReadsTheDirectory() throws Exception {
    Path data = temp.resolve("data");
    try (MyelinProcess myelin = MyelinProcess.start(data)) {
      new KafkaTools(temp, myelin.bootstrap())
          .feed("one\ntwo\nthree\n", "kafka-console-producer.sh", "--topic", "dumped");
    }
    Command dump =
        Command.run(
            temp,
            KafkaTools.BIN.resolve("kafka-dump-log.sh").toString(),
            "--deep-iteration",
            "--print-data-log",
            "--files",
            segmentOf(data, "dumped-0").toString());
    assertThat(dump.exitCode()).as(dump.output()).isZero();
    assertThat(dump.output()).contains("payload: one", "payload: two", "payload: three");
    assertThat(dump.output()).doesNotContainIgnoringCase("mismatch").doesNotContain("Found");
  }

  private Path segmentOf(Path data, String folder) throws IOException {
    try (var files = java.nio.file.Files.walk(data)) {
      return files
          .filter(file -> file.endsWith(Path.of(folder, "00000000000000000000.log")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<String> consume(KafkaTools tools) {
    return tools
        .run(
            "kafka-console-consumer.sh",
            "--topic",
            TOPIC,
            "--from-beginning",
            "--max-messages",
            "200",
            "--timeout-ms",
            "30000")
        .lines()
        .filter(line -> line.startsWith("This is event"))
        .toList();
  }
}

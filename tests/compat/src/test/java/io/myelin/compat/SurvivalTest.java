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
  private static final Path BIN = MyelinProcess.home().resolve("bin");
  private static final String TOPIC = "quickstart-events";

  @TempDir Path temp;

  @Test
  void everyEventOfTheQuickStartSurvivesARestartAndAKill() throws Exception {
    List<String> events =
        IntStream.range(0, 200).mapToObj(i -> "This is event number " + i).toList();
    try (MyelinProcess myelin = MyelinProcess.start(temp.resolve("data"))) {
      tool(myelin, "", "kafka-topics.sh", "--create", "--topic", TOPIC);
      assertThat(tool(myelin, "", "kafka-topics.sh", "--describe", "--topic", TOPIC).output())
          .contains("PartitionCount: 1", "ReplicationFactor: 1");
      tool(myelin, String.join("\n", events) + "\n", "kafka-console-producer.sh", "--topic", TOPIC);
      assertThat(consume(myelin)).containsExactlyElementsOf(events);

      myelin.stop();
      assertThat(temp.resolve("data/.kafka_cleanshutdown")).as("the mark of a clean stop").exists();
      myelin.start();
      assertThat(consume(myelin)).containsExactlyElementsOf(events);

      myelin.kill();
      myelin.start();
      assertThat(consume(myelin)).containsExactlyElementsOf(events);
    }
  }

  @Test
  void kafkasDumpToolReadsTheDirectory() throws Exception {
    Path data = temp.resolve("data");
    try (MyelinProcess myelin = MyelinProcess.start(data)) {
      tool(myelin, "one\ntwo\nthree\n", "kafka-console-producer.sh", "--topic", "dumped");
    }
    Command dump =
        Command.run(
            temp,
            BIN.resolve("kafka-dump-log.sh").toString(),
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

  private List<String> consume(MyelinProcess myelin) {
    return tool(
            myelin,
            "",
            "kafka-console-consumer.sh",
            "--topic",
            TOPIC,
            "--from-beginning",
            "--max-messages",
            "200",
            "--timeout-ms",
            "30000")
        .output()
        .lines()
        .filter(line -> line.startsWith("This is event"))
        .toList();
  }

  private Command tool(MyelinProcess myelin, String input, String name, String... arguments) {
    List<String> words = new java.util.ArrayList<>(List.of(BIN.resolve(name).toString()));
    words.addAll(List.of(arguments));
    words.addAll(List.of("--bootstrap-server", myelin.bootstrap()));
    Command command = Command.run(temp, input, words);
    assertThat(command.exitCode()).as(command.output()).isZero();
    return command;
  }
}

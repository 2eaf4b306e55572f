package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafka-reassign-partitions.sh} with {@code log_dirs}, and a broker with two of them. */
final class LogDirectoryPlanTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));

  @TempDir Path folder;

  private Process broker;
  private KafkaTools tools;
  private Path here;
  private Path elsewhere;

  @BeforeEach
  void start() throws Exception {
    Path one = folder.toRealPath().resolve("one");
    Path other = folder.toRealPath().resolve("other");
    String kafka = Ports.text(Ports.free());
    broker =
        Launched.start(
                List.of(
                    HOME.resolve("bin/myelin").toString(),
                    "up",
                    "--data-dir",
                    one + "," + other,
                    "--kafka",
                    kafka,
                    "--http",
                    Ports.text(Ports.free())),
                folder.resolve("up.log"))
            .process();
    tools = new KafkaTools(HOME, kafka);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      admin.createTopics(List.of(new NewTopic("events", 1, (short) 1))).all().get();
      Map<String, LogDirDescription> directories =
          admin.describeLogDirs(List.of(0)).allDescriptions().get().get(0);
      assertThat(directories).containsOnlyKeys(one.toString(), other.toString());
      here = directories.get(one.toString()).replicaInfos().isEmpty() ? other : one;
      elsewhere = here.equals(one) ? other : one;
    }
  }

  @AfterEach
  void stop() throws Exception {
    Signals.stop(broker.toHandle());
  }

  private String execute(Path directory) throws Exception {
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            """
            {"version": 1, "partitions":
             [{"topic": "events", "partition": 0, "replicas": [0], "log_dirs": ["%s"]}]}
            """
                .formatted(directory));
    return tools.run(
        "kafka-reassign-partitions.sh", "--reassignment-json-file", plan.toString(), "--execute");
  }

  @Test
  void aReplicaIsNotMovedToAnotherDirectoryAndTheToolSaysSo() throws Exception {
    assertThat(execute(here))
        .contains("Successfully started moving log directory to " + here + " for replica events-0");
    assertThatThrownBy(() -> execute(elsewhere))
        .hasMessageContaining("Failed to alter dir for events-0-0")
        .hasMessageContaining("InvalidRequestException")
        .hasMessageContaining("See the broker logs for more details");
    assertThatThrownBy(() -> execute(folder.resolve("third")))
        .hasMessageContaining("LogDirNotFoundException");
  }
}

package io.myelin.system.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code kafka-reassign-partitions.sh} with one plan. Each call returns what it printed. */
final class PartitionMoves {
  private static final String TOOL = "kafka-reassign-partitions.sh";

  private final KafkaTools tools;
  private final Path plan;

  /**
   * @param plan the file that takes it
   * @param replicas of each partition of the topic, when all is done
   */
  PartitionMoves(KafkaTools tools, Path plan, String topic, Map<Integer, List<Integer>> replicas)
      throws IOException {
    this.tools = tools;
    this.plan = plan;
    String partitions =
        replicas.entrySet().stream()
            .map(
                each ->
                    "{\"topic\":\"%s\",\"partition\":%d,\"replicas\":%s}"
                        .formatted(topic, each.getKey(), each.getValue()))
            .collect(Collectors.joining(","));
    Files.writeString(plan, "{\"version\":1,\"partitions\":[" + partitions + "]}");
  }

  String execute(long bytesPerSecond, String... more) throws IOException, InterruptedException {
    return run(
        Stream.concat(
                Stream.of("--execute", "--throttle", Long.toString(bytesPerSecond)),
                Stream.of(more))
            .toArray(String[]::new));
  }

  String verify() throws IOException, InterruptedException {
    return run("--verify");
  }

  String cancel() throws IOException, InterruptedException {
    return run("--cancel");
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    return tools.run(
        TOOL,
        Stream.concat(Stream.of("--reassignment-json-file", plan.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** All that are under way, of whatever plan. */
  static String list(KafkaTools tools) throws IOException, InterruptedException {
    return tools.run(TOOL, "--list");
  }
}

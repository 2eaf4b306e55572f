package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of Apache Kafka's, with the heap, the collector and the flags that it ships with. */
final class KafkaProcess {
  static final int SHIPPED_HEAP_MB = 1024;

  private KafkaProcess() {}

  /**
   * Formats {@code directory}.
   *
   * @param port that it listens on
   */
  static BrokerProcess create(
      Installation installation, Path directory, String settings, int port, int heapMb)
      throws IOException, InterruptedException {
    Path file = directory.resolve("server.properties");
    Path logging = directory.resolve("log4j2.properties");
    Files.createDirectories(directory.resolve("data"));
    // Kafka ships with INFO to console and files: quieter here, which can only flatter it.
    Files.writeString(logging, "rootLogger.level=ERROR\n");
    Files.writeString(file, settings + "log.dirs=" + directory.resolve("data") + "\n");

    List<String> java = new ArrayList<>();
    java.add(installation.java().toString());
    java.addAll(List.of("-Xmx" + heapMb + "M", "-Xms" + heapMb + "M"));
    java.addAll(Installation.KAFKA_JVM_FLAGS);
    java.addAll(List.of("-cp", installation.kafkaJars() + "/*"));
    java.add("-Dlog4j2.configurationFile=" + logging);

    List<String> format = new ArrayList<>(java);
    format.addAll(
        List.of(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            "4L6g3nShT-eMCtK--X86sw",
            "-c",
            file.toString()));
    Subprocess.run(format, Map.of()).requireSuccess("formatting Kafka's directory");

    List<String> start = new ArrayList<>(java);
    start.addAll(List.of("kafka.Kafka", file.toString()));
    return new BrokerProcess(start, Map.of(), directory, port);
  }

  /** What the shipped {@code config/server.properties} and {@code broker.properties} agree on. */
  static String shippedSettings(int replicas) {
    return """
    num.network.threads=3
    num.io.threads=8
    socket.send.buffer.bytes=102400
    socket.receive.buffer.bytes=102400
    num.partitions=1
    num.recovery.threads.per.data.dir=2
    offsets.topic.replication.factor=%1$d
    share.coordinator.state.topic.replication.factor=%1$d
    share.coordinator.state.topic.min.isr=1
    transaction.state.log.replication.factor=%1$d
    transaction.state.log.min.isr=1
    # Only the consumers' start: nobody waits three seconds for a second member.
    group.initial.rebalance.delay.ms=0
    """
        .formatted(replicas);
  }
}

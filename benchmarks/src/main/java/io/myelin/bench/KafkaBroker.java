package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Apache Kafka in KRaft's combined mode, with the heap, collector and settings that it ships with.
 */
final class KafkaBroker implements BrokerUnderTest {
  private static final int SHIPPED_HEAP_MB = 1024;

  private final BrokerProcess process;
  private final Path data;
  private final int port;

  private KafkaBroker(BrokerProcess process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  static KafkaBroker create(Installation installation, Path directory, OptionalInt heapMb)
      throws IOException, InterruptedException {
    int port = BrokerProcess.freePort();
    Path data = directory.resolve("data");
    Path settings = directory.resolve("server.properties");
    Path logging = directory.resolve("log4j2.properties");
    Files.createDirectories(data);
    // Kafka ships with INFO to console and files: quieter here, which can only flatter it.
    Files.writeString(logging, "rootLogger.level=ERROR\n");
    Files.writeString(settings, settings(port, BrokerProcess.freePort(), data));

    List<String> java = new ArrayList<>();
    java.add(installation.java().toString());
    int heap = heapMb.orElse(SHIPPED_HEAP_MB);
    java.addAll(List.of("-Xmx" + heap + "M", "-Xms" + heap + "M"));
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
            settings.toString()));
    Subprocess.run(format, Map.of()).requireSuccess("formatting Kafka's directory");

    List<String> start = new ArrayList<>(java);
    start.addAll(List.of("kafka.Kafka", settings.toString()));
    return new KafkaBroker(new BrokerProcess(start, Map.of(), directory, port), data, port);
  }

  /** The shipped {@code config/server.properties}, on other ports and another directory. */
  private static String settings(int port, int controllerPort, Path data) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    num.network.threads=3
    num.io.threads=8
    socket.send.buffer.bytes=102400
    socket.receive.buffer.bytes=102400
    num.partitions=1
    num.recovery.threads.per.data.dir=2
    offsets.topic.replication.factor=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    log.dirs=%3$s
    # Only the consumers' start: nobody waits three seconds for a second member.
    group.initial.rebalance.delay.ms=0
    """
        .formatted(port, controllerPort, data);
  }

  @Override
  public String name() {
    return BrokerKind.KAFKA.title();
  }

  @Override
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  @Override
  public Path dataDirectory() {
    return data;
  }

  @Override
  public void start() throws IOException {
    process.start();
  }

  @Override
  public void awaitReady() throws IOException, InterruptedException {
    process.awaitReady();
  }

  @Override
  public long pid() throws IOException {
    return process.pid();
  }

  @Override
  public void kill() throws InterruptedException {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}

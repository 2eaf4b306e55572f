package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Apache Kafka in KRaft's combined mode, with the heap, collector and settings that it ships with.
 */
final class KafkaBroker implements BrokerUnderTest {
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
    int heap = heapMb.orElse(KafkaProcess.SHIPPED_HEAP_MB);
    BrokerProcess process =
        KafkaProcess.create(
            installation, directory, settings(port, BrokerProcess.freePort()), port, heap);
    return new KafkaBroker(process, directory.resolve("data"), port);
  }

  /** The shipped {@code config/server.properties}, on other ports and another directory. */
  private static String settings(int port, int controllerPort) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    """
            .formatted(port, controllerPort)
        + KafkaProcess.shippedSettings(1);
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

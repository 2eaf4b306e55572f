package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Myelin as {@code bin/myelin up} starts it. */
final class MyelinBroker implements BrokerUnderTest {
  private final BrokerProcess process;
  private final Path data;
  private final int port;

  private MyelinBroker(BrokerProcess process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  static MyelinBroker create(Installation installation, Path directory, OptionalInt heapMb)
      throws IOException {
    if (!Files.isExecutable(installation.launcher())) {
      throw new IOException("there is no " + installation.launcher() + ": give --root DIR");
    }
    int port = BrokerProcess.freePort();
    Path data = directory.resolve("data");
    List<String> command =
        List.of(
            installation.launcher().toString(),
            "up",
            "--data-dir",
            data.toString(),
            "--kafka",
            "127.0.0.1:" + port,
            "--http",
            "127.0.0.1:" + BrokerProcess.freePort());
    Map<String, String> environment =
        heapMb.isPresent()
            ? Map.of("MYELIN_JAVA_OPTS", "-Xms%1$dm -Xmx%1$dm".formatted(heapMb.getAsInt()))
            : Map.of();
    return new MyelinBroker(new BrokerProcess(command, environment, directory, port), data, port);
  }

  @Override
  public String name() {
    return BrokerKind.MYELIN.title();
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

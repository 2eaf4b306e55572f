package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code bin/myelin cluster up}: an etcd, one controller and three brokers. */
final class MyelinCluster implements ClusterUnderTest {
  // As 'cluster up' lays them out from its bases.
  private static final int GRPC = 100;
  private static final int HTTP = 200;
  private static final int ETCD = 300;
  private static final int PORTS = 302;

  private final Path launcher;
  private final Path directory;
  private final int basePort;
  private final BrokerProcess up;

  private MyelinCluster(Path launcher, Path directory, int basePort, BrokerProcess up) {
    this.launcher = launcher;
    this.directory = directory;
    this.basePort = basePort;
    this.up = up;
  }

  static MyelinCluster create(Installation installation, Path directory) throws IOException {
    int basePort = BrokerProcess.freePorts(PORTS);
    List<String> command =
        List.of(
            installation.launcher().toString(),
            "cluster",
            "up",
            "--dir=" + directory,
            "--brokers=" + BROKERS,
            "--controllers=1",
            "--kafka-base-port=" + basePort,
            "--grpc-base-port=" + (basePort + GRPC),
            "--http-base-port=" + (basePort + HTTP),
            "--etcd-base-port=" + (basePort + ETCD));
    // The last broker to be waited for.
    int lastPort = basePort + BROKERS - 1;
    return new MyelinCluster(
        installation.launcher(),
        directory,
        basePort,
        new BrokerProcess(command, Map.of(), directory, lastPort));
  }

  @Override
  public String bootstrap() {
    return IntStream.range(0, BROKERS)
        .mapToObj(i -> "127.0.0.1:" + (basePort + i))
        .collect(Collectors.joining(","));
  }

  @Override
  public void start() throws IOException, InterruptedException {
    up.start();
    up.awaitReady();
  }

  @Override
  public void killBroker(int id) throws IOException, InterruptedException {
    kill(handle("broker-" + id));
  }

  @Override
  public void startBroker(int id) throws IOException, InterruptedException {
    String name = "broker-" + id;
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(), "cluster", "start", name, "--dir", directory.toString());
    BrokerProcess.withoutSettings(builder.environment());
    // With a pipe, the launcher's output would only end with the broker.
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("start.out").toFile());
    Process start = builder.start();
    if (start.waitFor() != 0) {
      throw new IOException(Files.readString(directory.resolve("start.out")));
    }
    Cleanup.register(handle(name));
  }

  @Override
  public List<Long> brokerPids() throws IOException {
    List<Long> pids = new ArrayList<>();
    for (int id = 1; id <= BROKERS; id++) {
      pids.add(handle("broker-" + id).pid());
    }
    return pids;
  }

  @Override
  public List<Long> otherPids() throws IOException {
    return List.of(handle("controller-1").pid(), handle("etcd-1").pid());
  }

  private ProcessHandle handle(String name) throws IOException {
    long pid = Long.parseLong(Files.readString(directory.resolve("pids/" + name + ".pid")).strip());
    return ProcessHandle.of(pid).orElseThrow(() -> new IOException(name + " does not run"));
  }

  private static void kill(ProcessHandle process) throws InterruptedException {
    process.destroyForcibly();
    while (process.isAlive()) {
      Thread.sleep(2);
    }
    Cleanup.forget(process);
  }

  @Override
  public void close() {
    try {
      up.kill();
      for (int id = 1; id <= BROKERS; id++) {
        // One that was started again is not a child of the launcher.
        if (Files.exists(directory.resolve("pids/broker-" + id + ".pid"))) {
          killIfAlive("broker-" + id);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    up.close();
  }

  private void killIfAlive(String name) throws InterruptedException {
    try {
      kill(handle(name));
    } catch (IOException e) {
      // It has ended by itself.
      return;
    }
  }
}

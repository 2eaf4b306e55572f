package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/myelin cluster} starts and stops, and what it must leave alone. */
final class ClusterCommandTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final String MYELIN = HOME.resolve("bin/myelin").toString();

  // As a terminal starts it: a process group of its own, which takes notice of Ctrl-C even where
  // ours does not.
  private static final String IN_A_GROUP_OF_ITS_OWN =
      """
      import os, signal, sys
      os.setsid()
      signal.signal(signal.SIGINT, signal.SIG_DFL)
      os.execv(sys.argv[1], sys.argv[1:])
      """;

  private static final int INTERRUPTED = 130;
  private static final long END_S_MAX = 60;

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();
  private Path cluster;
  private int basePort;

  @BeforeEach
  void choosePorts() throws IOException {
    // Processes are told the path without links in it.
    cluster = folder.toRealPath().resolve("cluster");
    basePort = Ports.freeRange(LocalCluster.Shape.PORTS);
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : started.reversed()) {
      Signals.kill(process.toHandle());
    }
    for (ProcessHandle left : processes()) {
      Signals.kill(left);
    }
  }

  private String run(String action, String... arguments) throws Exception {
    return Command.run(words(action, arguments).toArray(String[]::new));
  }

  private List<String> words(String action, String... arguments) {
    List<String> words =
        new ArrayList<>(List.of(MYELIN, "cluster", action, "--dir", cluster.toString()));
    words.addAll(List.of(arguments));
    return words;
  }

  /** One of each. */
  private void configure() throws Exception {
    run("configure", flags().toArray(String[]::new));
  }

  private List<String> flags() {
    return List.of(
        "--brokers=1",
        "--controllers=1",
        "--kafka-base-port=" + basePort,
        "--grpc-base-port=" + (basePort + 100),
        "--http-base-port=" + (basePort + 200),
        "--etcd-base-port=" + (basePort + 300));
  }

  /** All that was started for the cluster, by whatever command; their arguments say so. */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(cluster + "/"))
        .toList();
  }

  private Path pidFile(String name) {
    return cluster.resolve("pids").resolve(name + ".pid");
  }

  private List<String> pidFiles() throws IOException {
    try (Stream<Path> all = Files.list(cluster.resolve("pids"))) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }

  private Process foreign() throws IOException {
    Process process = new ProcessBuilder("sleep", "600").start();
    started.add(process);
    return process;
  }

  @Test
  void aProcessThatWasGivenTheIdOfOursIsLeftAlone() throws Exception {
    configure();
    Process broker = foreign();
    Process controller = foreign();
    Files.writeString(pidFile("broker-1"), broker.pid() + "\n");
    Files.writeString(pidFile("controller-1"), controller.pid() + "\n");

    assertThat(run("status")).containsPattern("broker-1 +stopped").doesNotContain("running");
    run("stop", "broker-1");
    assertThat(pidFile("broker-1")).doesNotExist();
    run("down");

    assertThat(broker.isAlive()).isTrue();
    assertThat(controller.isAlive()).isTrue();
    assertThat(pidFiles()).isEmpty();
  }

  /** Listens, and takes connections: as a foreign etcd would. */
  private static ServerSocket listener(int port) throws IOException {
    return new ServerSocket(port, 0, InetAddress.getByName("127.0.0.1"));
  }

  @Test
  void anEtcdWhosePortIsTakenIsNotReadyBecauseAnotherOneIs() throws Exception {
    configure();
    for (int port : List.of(basePort + 300, basePort + 301)) {
      try (ServerSocket _ = listener(port)) {
        assertThatThrownBy(() -> run("start", "etcd-1"))
            .hasMessageContaining("port " + port + ", where etcd-1 is to listen, is taken");
        assertThatThrownBy(() -> run("up")).hasMessageContaining("port " + port);
      }
      assertThat(pidFiles()).isEmpty();
      assertThat(processes()).isEmpty();
    }
  }

  private List<String> configured() throws IOException {
    try (Stream<Path> all = Files.list(cluster.resolve("conf"))) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("flags"))
          .toList();
    }
  }

  @Test
  void otherFlagsThanThoseOfItsSettingsAreRefusedWithTheDifference() throws Exception {
    configure();
    int otherPort = basePort + 10;

    for (String action : List.of("configure", "up")) {
      assertThatThrownBy(() -> run(action, "--brokers=5", "--kafka-base-port=" + otherPort))
          .hasMessageContaining("--brokers: '1' there, '5' asked for")
          .hasMessageContaining(
              "--kafka-base-port: '%d' there, '%d' asked for".formatted(basePort, otherPort))
          .hasMessageContaining("take another --dir");
    }

    configure();
    assertThat(configured())
        .containsExactlyInAnyOrder("broker-1.properties", "controller-1.properties", "etcd-1.args");
  }

  @Test
  void settingsThatWereNotWrittenToTheEndAreWrittenAnew() throws Exception {
    Process cutShort = new ProcessBuilder(words("configure", "--brokers=10000")).start();
    started.add(cutShort);
    Until.holds("some are written", () -> isThere("broker-2.properties"));
    Signals.kill(cutShort.toHandle());

    assertThatThrownBy(() -> run("status")).hasMessageContaining("there is no cluster");
    configure();

    assertThat(configured())
        .containsExactlyInAnyOrder("broker-1.properties", "controller-1.properties", "etcd-1.args");
    assertThat(isThere("broker-2.properties")).isFalse();
  }

  private boolean isThere(String name) throws IOException {
    if (!Files.exists(cluster)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(cluster)) {
      return all.anyMatch(file -> file.endsWith(name));
    }
  }

  @Test
  void whatWasStartedRunsUntilDownHoweverOftenThatIsSaid() throws Exception {
    configure();
    run("start", "etcd-1");
    String pid = Files.readString(pidFile("etcd-1")).strip();
    assertThat(processes())
        .extracting(process -> Long.toString(process.pid()))
        .containsExactly(pid);
    assertThat(run("status"))
        .containsPattern("etcd-1 +running +process " + pid)
        .containsPattern("broker-1 +stopped");
    assertThatThrownBy(() -> run("up")).hasMessageContaining("etcd-1 of " + cluster + " runs");

    run("down");
    assertThat(processes()).isEmpty();
    assertThat(pidFiles()).isEmpty();
    run("down");
  }

  @Test
  void ctrlCWhileItServesEndsEverything() throws Exception {
    configure();
    Process up = up();
    Until.holds("it serves", () -> Files.readString(output()).contains("Myelin is ready"));
    assertThat(run("status")).contains("running").doesNotContain("stopped");
    assertThat(processes()).hasSize(3);

    ctrlC(up);
    ctrlC(up);

    assertEndedInOrder(up);
  }

  @Test
  void ctrlCWhileItStartsEndsWhatWasStarted() throws Exception {
    configure();
    Process up = up();
    Until.holds("a controller was started", () -> Files.exists(pidFile("controller-1")));

    ctrlC(up);

    assertEndedInOrder(up);
    assertThat(Files.readString(output())).doesNotContain("Myelin is ready");
  }

  private Process up() throws IOException {
    List<String> words = new ArrayList<>(List.of("python3", "-c", IN_A_GROUP_OF_ITS_OWN));
    words.addAll(words("up"));
    Process up =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
    started.add(up);
    return up;
  }

  private Path output() {
    return folder.resolve("up.log");
  }

  private static void ctrlC(Process up) throws Exception {
    Command.run("kill", "-s", "INT", "--", "-" + up.pid());
  }

  private void assertEndedInOrder(Process up) throws Exception {
    assertThat(up.waitFor(END_S_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(INTERRUPTED);
    assertThat(Files.readString(output())).doesNotContain("is killed");
    assertThat(processes()).isEmpty();
    assertThat(pidFiles()).isEmpty();
  }

  @Test
  void aPortOfABrokerThatIsTakenIsNamedAndNothingStaysBehind() throws Exception {
    configure();
    try (ServerSocket _ = listener(basePort)) {
      assertThatThrownBy(() -> run("up"))
          .hasMessageContaining("broker-1 ended")
          .hasMessageContaining(":" + basePort);
    }
    assertThat(processes()).isEmpty();
    assertThat(pidFiles()).isEmpty();
  }
}

package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of real processes that are given the same etcd. */
final class SharedEtcdTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final String MYELIN = HOME.resolve("bin/myelin").toString();

  /** Kafka's of the first cluster, 20 and 100 further those that it has itself; and so on. */
  private static final int PORTS = 400;

  private static final int SECOND_STEP = 200;
  private static final int ETCD_STEP = 390;

  @TempDir Path folder;

  private int firstPort;
  private int secondPort;
  private int etcdPort;

  private final List<Path> clusters = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void startEtcd() throws IOException {
    firstPort = Ports.freeRange(PORTS);
    secondPort = firstPort + SECOND_STEP;
    etcdPort = firstPort + ETCD_STEP;
    started.add(EtcdServer.start(folder, etcdPort));
  }

  @AfterEach
  void stop() throws Exception {
    for (Path cluster : clusters) {
      Command.run(MYELIN, "cluster", "down", "--dir", cluster.toString());
    }
    for (Process process : started.reversed()) {
      process.destroy();
      process.waitFor();
    }
  }

  /** One controller and one broker, whose ids are the same in each. */
  private List<String> up(String name, int basePort) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    clusters.add(directory);
    return List.of(
        MYELIN,
        "cluster",
        "up",
        "--dir",
        directory.toString(),
        "--brokers",
        "1",
        "--controllers",
        "1",
        "--etcd",
        "127.0.0.1:" + etcdPort,
        "--kafka-base-port",
        Integer.toString(basePort),
        "--grpc-base-port",
        Integer.toString(basePort + 100),
        "--http-base-port",
        Integer.toString(basePort + 20));
  }

  private void launch(List<String> words) throws IOException {
    started.add(Launched.start(words, folder.resolve("cluster-up.log")).process());
  }

  private static Admin admin(int basePort) {
    return Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + basePort));
  }

  private String prefixOf(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("conf/controller-1.properties")).stream()
        .filter(line -> line.startsWith("myelin.etcd.prefix="))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void clustersThatShareAnEtcdKnowNothingOfEachOther() throws Exception {
    launch(up("first", firstPort));
    launch(up("second", secondPort));

    try (Admin first = admin(firstPort);
        Admin second = admin(secondPort)) {
      first.createTopics(List.of(new NewTopic("events", 1, (short) 1))).all().get();

      assertThat(first.listTopics().names().get()).containsExactly("events");
      assertThat(second.listTopics().names().get()).isEmpty();
      assertThat(first.describeCluster().clusterId().get())
          .isNotEqualTo(second.describeCluster().clusterId().get());
      assertThat(second.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void aClusterThatIsGivenAnothersPrefixIsRefusedAndToldWhy() throws Exception {
    launch(up("first", firstPort));
    List<String> words = new ArrayList<>(up("second", secondPort));
    words.addAll(List.of("--etcd-prefix", prefixOf("first")));

    assertThatThrownBy(() -> Command.run(words.toArray(String[]::new)))
        .hasMessageContaining("Controller 1 is active at")
        .hasMessageContaining("give that cluster another myelin.etcd.prefix");

    try (Admin first = admin(firstPort)) {
      assertThat(first.describeCluster().nodes().get()).hasSize(1);
    }
  }
}

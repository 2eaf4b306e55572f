package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's admin client and tools ask of a real cluster: three brokers, two controllers. */
final class ClusterAdminTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
  private static final String METADATA_VERSION = "metadata.version";

  @TempDir static Path folder;

  private static LocalCluster cluster;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        LocalCluster.direct(
            HOME, folder.resolve("cluster"), new LocalCluster.Shape(3, 2, 1, 26_000));
    cluster.start();
    admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    cluster.close();
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + LIMIT_NS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(endNs);
    }
  }

  private static String tool(String name, String... arguments)
      throws IOException, InterruptedException {
    return new KafkaTools(HOME, cluster.bootstrap()).run(name, arguments);
  }

  @Test
  void controllersAreTheQuorumAndBrokersObserveIt() throws Exception {
    QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();

    assertThat(quorum.voters()).extracting(voter -> voter.replicaId()).containsExactly(1, 2);
    assertThat(quorum.observers())
        .extracting(observer -> observer.replicaId())
        .containsExactlyInAnyOrder(1, 2, 3);
    assertThat(quorum.leaderId()).isIn(1, 2);
    assertThat(quorum.leaderEpoch()).isPositive();
    assertThat(quorum.nodes().keySet()).containsExactlyInAnyOrder(1, 2);

    assertThat(tool("kafka-metadata-quorum.sh", "describe", "--status"))
        .contains("LeaderId:", "MaxFollowerLag:         0", "CurrentVoters:");
    assertThat(tool("kafka-metadata-quorum.sh", "describe", "--replication"))
        .contains("Leader", "Follower", "Observer");
  }

  private static short finalizedLevel() throws ExecutionException, InterruptedException {
    return admin
        .describeFeatures()
        .featureMetadata()
        .get()
        .finalizedFeatures()
        .get(METADATA_VERSION)
        .maxVersionLevel();
  }

  private static void update(int level, UpgradeType type, boolean validateOnly)
      throws ExecutionException, InterruptedException {
    admin
        .updateFeatures(
            Map.of(METADATA_VERSION, new FeatureUpdate((short) level, type)),
            new UpdateFeaturesOptions().validateOnly(validateOnly))
        .all()
        .get();
  }

  @Test
  void featureLevelsAreFinalized() throws Exception {
    assertThat(finalizedLevel()).isEqualTo((short) 30);

    update(29, UpgradeType.SAFE_DOWNGRADE, true);
    assertThat(finalizedLevel()).isEqualTo((short) 30);
    update(29, UpgradeType.SAFE_DOWNGRADE, false);
    await("every broker tells the new level", ClusterAdminTest::isDowngraded);
    assertThat(tool("kafka-features.sh", "upgrade", "--metadata", "4.3-IV0"))
        .contains("metadata.version was upgraded to 30");

    assertThatThrownBy(() -> update(99, UpgradeType.UPGRADE, false))
        .cause()
        .isInstanceOf(InvalidUpdateVersionException.class)
        .hasMessageContaining("only supports versions 7-30");
  }

  private static boolean isDowngraded() {
    try {
      return finalizedLevel() == 29;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void cordon(int broker, String directories) throws Exception {
    ConfigResource resource =
        new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker));
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry("cordoned.log.dirs", directories), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  private static boolean isCreated(String topic, int replicas) {
    try {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) replicas))).all().get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e).cause().isInstanceOf(InvalidReplicationFactorException.class);
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCordonedBrokerGetsNoNewPartitions() throws Exception {
    cordon(3, "*");
    int[] topics = new int[1];
    await("the cordon holds", () -> !isCreated("on-all-" + topics[0]++, 3));

    assertThat(isCreated("on-two", 2)).isTrue();
    Collection<Node> replicas =
        admin
            .describeTopics(List.of("on-two"))
            .allTopicNames()
            .get()
            .get("on-two")
            .partitions()
            .getFirst()
            .replicas();
    assertThat(replicas).extracting(Node::id).containsExactlyInAnyOrder(1, 2);

    cordon(3, "");
    await("the cordon is lifted", () -> isCreated("on-all-again", 3));
  }

  /** Starts a broker that must not run, and returns what it said at its end. */
  private static String refused(String name, int nodeId, Path directory, int port)
      throws IOException, InterruptedException {
    String controllers = controllers();
    Path config =
        Files.writeString(
            folder.resolve(name + ".properties"),
            """
            myelin.role=broker
            node.id=%d
            log.dirs=%s
            listeners=PLAINTEXT://127.0.0.1:%d
            myelin.grpc.listener=127.0.0.1:%d
            myelin.http.listener=127.0.0.1:%d
            myelin.controllers=%s
            """
                .formatted(nodeId, directory, port, port + 1, port + 2, controllers));
    Process process =
        new ProcessBuilder(
                HOME.resolve("bin/myelin").toString(), "up", "--config", config.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(1);
    return output;
  }

  private static String controllers() throws IOException {
    return Files.readAllLines(folder.resolve("cluster/conf/broker-1.properties")).stream()
        .filter(line -> line.startsWith("myelin.controllers="))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecondBrokerWithTheSameIdIsRefusedAndTheFirstGoesOn() throws Exception {
    assertThat(refused("twice", 2, folder.resolve("twice"), 26_450))
        .contains("Another process with broker id 2 is alive");

    assertThat(admin.describeCluster().nodes().get()).extracting(Node::id).contains(2);
  }

  @Test
  void anotherClustersDirectoryIsRefused() throws Exception {
    Path directory = Files.createDirectories(folder.resolve("foreign"));
    Files.writeString(
        directory.resolve("meta.properties"),
        "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=7\n"
            + "directory.id=AAAAAAAAAAAAAAAAAAAAAQ\n");

    assertThat(refused("foreign", 7, directory, 26_460)).contains("AAAAAAAAAAAAAAAAAAAAAA");
  }
}

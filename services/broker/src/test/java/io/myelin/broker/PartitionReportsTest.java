package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.TestingExecutor;
import io.myelin.broker.partition.TestingLogDirectory;
import io.myelin.broker.session.ReplicaReports.LogEnd;
import io.myelin.broker.session.ReplicaReports.Replica;
import io.myelin.env.DiskFullException;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class PartitionReportsTest {
  private static final UUID TOPIC = new UUID(0, 1);
  private static final PartitionImage HERE = PartitionImage.of(List.of(0), List.of(0), 0, 0, 0);

  private final TestingLogDirectory one = new TestingLogDirectory("one");
  private final TestingLogDirectory other = new TestingLogDirectory("other");
  private final TestingExecutor executor = new TestingExecutor();
  private final Map<Path, IOException> unwritable = new HashMap<>();
  private final Set<Path> cordoned = new HashSet<>();
  private Partitions partitions;
  private PartitionReports reports;

  @BeforeEach
  void start() throws IOException {
    partitions =
        new Partitions(
            0,
            List.of(one, other),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.cordonBy(image -> Set.copyOf(cordoned));
    reports = new PartitionReports(partitions, () -> unwritable);
  }

  /** Two partitions, one in each directory. */
  private void publish() {
    ClusterImage nothing = ClusterImage.empty("cluster");
    partitions.onImage(
        nothing,
        nothing.withTopic(
            new TopicImage("t", TOPIC, TreePVector.<PartitionImage>singleton(HERE).plus(HERE))));
    executor.runAll();
  }

  private Replica in(LogDirectory directory) {
    return partitions.all().stream()
        .filter(partition -> partitions.directoryOf(partition) == directory)
        .map(partition -> new Replica(TOPIC, partition.id()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingIsOfflineWhileAllIsWell() {
    publish();

    assertThat(reports.offline()).isEmpty();
    assertThat(reports.logEnd(TOPIC, 0)).contains(new LogEnd(0, 0));
    assertThat(reports.logEnd(TOPIC, 7)).isEmpty();
    assertThat(reports.logEnd(new UUID(9, 9), 0)).isEmpty();
  }

  @Test
  void aReplicaThatCannotBeOpenedIsOffline() {
    one.failOpening = new IOException("burnt down");
    publish();

    assertThat(reports.offline()).containsExactly(in(one));
    assertThat(reports.logEnd(TOPIC, in(one).partition())).isEmpty();
  }

  @Test
  void allOfADirectoryThatFailsIsOffline() {
    publish();
    unwritable.put(other.path(), new IOException("burnt down"));

    assertThat(reports.offline()).containsExactly(in(other));
  }

  @Test
  void aFullDiskIsNoFailure() {
    publish();
    unwritable.put(other.path(), new DiskFullException("full", null));

    assertThat(reports.offline()).isEmpty();
  }

  @Test
  void aBrokerIsCordonedWhenAllItsDirectoriesAre() {
    cordoned.add(one.path().toAbsolutePath());
    publish();
    assertThat(reports.cordoned()).isFalse();

    cordoned.add(other.path().toAbsolutePath());
    publish();
    assertThat(reports.cordoned()).isTrue();
  }
}

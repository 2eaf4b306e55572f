package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.LogMaintenance;
import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.TestingExecutor;
import io.myelin.broker.partition.TestingLogDirectory;
import io.myelin.env.DiskFullException;
import io.myelin.env.Scheduler;
import io.myelin.log.LogConfig;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class BrokerHealthTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");
  private static final ClusterImage WITH_TOPIC =
      NOTHING.withTopic(
          new TopicImage(
              "t",
              new UUID(0, 1),
              TreePVector.singleton(PartitionImage.of(List.of(0), List.of(0), 0, 0, 0))));

  private final TestingLogDirectory one = new TestingLogDirectory("one");
  private final TestingLogDirectory other = new TestingLogDirectory("other");
  private final TestingExecutor executor = new TestingExecutor();
  private final ArrayDeque<Runnable> timers = new ArrayDeque<>();
  private Partitions partitions;
  private LogMaintenance maintenance;

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
    Scheduler scheduler =
        (delayMs, task) -> {
          timers.add(task);
          return () -> {};
        };
    maintenance = new LogMaintenance(partitions, scheduler, executor);
    maintenance.start(new LogMaintenance.Intervals(1, 1, 1, 1, 1));
  }

  /** Lets all rounds of maintenance run once. */
  private BrokerHealth afterARound() {
    for (int i = timers.size(); i > 0; i--) {
      timers.poll().run();
    }
    executor.runAll();
    return BrokerHealth.of(false, partitions, maintenance.unwritable());
  }

  @Test
  void namesADirectoryThatFailsAndServesFromTheOthers() {
    one.failCheckpoints = new IOException("the controller burnt down");

    BrokerHealth health = afterARound();

    assertThat(health.serving()).isTrue();
    assertThat(health.problems())
        .containsExactly("one cannot be written to: the controller burnt down");
  }

  @Test
  void servesNoMoreWhenAllDirectoriesFailAndAgainWhenOneWorks() {
    one.failCheckpoints = new IOException("gone");
    other.failCheckpoints = new IOException("gone");
    assertThat(afterARound().serving()).isFalse();

    other.failCheckpoints = null;
    assertThat(afterARound().serving()).isTrue();
  }

  @Test
  void goesOnServingReadersWhileTheDisksAreFull() {
    one.failCheckpoints = new DiskFullException("full", null);
    other.failCheckpoints = new DiskFullException("full", null);

    BrokerHealth health = afterARound();

    assertThat(health.serving()).isTrue();
    assertThat(health.problems()).hasSize(2);
  }

  @Test
  void namesAPartitionThatIsOffline() {
    one.failOpening = new IOException("no such segment");
    other.failOpening = one.failOpening;
    partitions.onImage(NOTHING, WITH_TOPIC);
    executor.runAll();

    BrokerHealth health = afterARound();

    assertThat(health.serving()).isTrue();
    assertThat(health.problems()).containsExactly("t-0 is offline: no such segment");
  }
}

package io.myelin.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Scheduler;
import io.myelin.log.CompactionThrottle;
import io.myelin.log.LogConfig;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.Simulation;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

final class LogMaintenanceTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");
  private static final ClusterImage WITH_TOPIC =
      NOTHING.withTopic(
          new TopicImage(
              "t",
              new UUID(0, 1),
              TreePVector.singleton(PartitionImage.of(List.of(0), List.of(0), 0, 0, 0))));
  private static final long UNFLUSHED_BYTES_MAX = 1_000;

  private final TestingLogDirectory directory = new TestingLogDirectory();
  private final TestingExecutor executor = new TestingExecutor();
  private final ArrayDeque<Runnable> timers = new ArrayDeque<>();
  private Partitions partitions;
  private LogMaintenance maintenance;

  private void start(LogConfig config) throws IOException {
    partitions =
        new Partitions(
            0,
            List.of(directory),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(config, null, 1));
    Scheduler scheduler =
        (delayMs, task) -> {
          timers.add(task);
          return () -> {};
        };
    maintenance = new LogMaintenance(partitions, scheduler, executor);
    maintenance.start(new LogMaintenance.Intervals(1, 1, 1, UNFLUSHED_BYTES_MAX, 1));
    partitions.onImage(NOTHING, WITH_TOPIC);
    executor.runAll();
  }

  @BeforeEach
  void startFlushingEveryHundredMilliseconds() throws IOException {
    start(settings(100, false));
  }

  private void runEveryRoundOnce() {
    for (int i = timers.size(); i > 0; i--) {
      timers.poll().run();
    }
    executor.runAll();
  }

  private TestingPartitionLog log() {
    return directory.logs.get("t-0");
  }

  @Test
  void aLogIsFlushedWhenItHasWaitedForFlushMs() {
    log().truncateTo(1);
    log().unflushedForMs = 99;
    runEveryRoundOnce();
    assertThat(log().flushes).isZero();

    log().unflushedForMs = 100;
    runEveryRoundOnce();

    assertThat(log().flushes).isOne();
    runEveryRoundOnce();
    assertThat(log().flushes).as("nothing is left to flush").isOne();
  }

  @Test
  void aLogIsFlushedWhenItHasMoreToRecoverThanItMay() {
    log().truncateTo(UNFLUSHED_BYTES_MAX - 1);
    runEveryRoundOnce();
    assertThat(log().flushes).isZero();

    log().truncateTo(UNFLUSHED_BYTES_MAX);
    runEveryRoundOnce();

    assertThat(log().flushes).isOne();
  }

  @Test
  void aPartitionThatCouldNotBeOpenedIsTriedAgain() throws IOException {
    directory.logs.clear();
    directory.failOpening = new IOException("no room");
    start(LogConfig.DEFAULT);
    assertThat(partitions.get("t", 0).isOpen()).isFalse();

    directory.failOpening = null;
    runEveryRoundOnce();

    assertThat(partitions.get("t", 0).isOpen()).isTrue();
  }

  @Test
  void everyRoundOfCompactionHasTheSettingsOfItsTime() throws IOException {
    directory.logs.clear();
    directory.calls.clear();
    start(settings(Long.MAX_VALUE, true));
    CompactionThrottle throttle = new CompactionThrottle(new Simulation(1).clock(), () -> 1);
    AtomicReference<LogMaintenance.Compaction> compaction =
        new AtomicReference<>(new LogMaintenance.Compaction(1, 1000, throttle));
    maintenance.startCompacting(compaction::get);
    runEveryRoundOnce();
    compaction.set(new LogMaintenance.Compaction(1, 2000, throttle));
    runEveryRoundOnce();

    assertThat(directory.calls)
        .filteredOn(call -> call.startsWith("compact"))
        .containsExactly("compact t-0 within 1000", "compact t-0 within 2000");
    assertThat(directory.compactedWith).isSameAs(throttle);
  }

  private static LogConfig settings(long flushMs, boolean compact) {
    LogConfig d = LogConfig.DEFAULT;
    return new LogConfig(
        d.segmentBytes(),
        d.segmentMs(),
        d.segmentJitterMs(),
        d.segmentIndexBytes(),
        d.indexIntervalBytes(),
        d.retentionBytes(),
        d.retentionMs(),
        d.delete(),
        compact,
        d.minCleanableDirtyRatio(),
        d.minCompactionLagMs(),
        d.maxCompactionLagMs(),
        d.deleteRetentionMs(),
        d.fileDeleteDelayMs(),
        d.flushMessages(),
        flushMs,
        d.preallocate(),
        d.producerIdExpirationMs());
  }
}

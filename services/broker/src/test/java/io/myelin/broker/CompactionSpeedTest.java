package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.RequestObserver;
import io.myelin.broker.partition.AppendOutcome;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.PendingAppend;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * log.cleaner.io.max.bytes.per.second in a whole broker, on simulated time: how long it takes to
 * compact what is known to be read twice, for its keys and to be written anew.
 */
class CompactionSpeedTest {
  private static final String LIMIT = "log.cleaner.io.max.bytes.per.second";
  private static final long BACKOFF_MS = 60_000;
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int LOG_BYTES_MIN = 8 * SEGMENT_BYTES;
  private static final long HOUR_MS = 3_600_000;

  private final Simulation simulation = new Simulation(42);
  private ActiveController controller;
  private BrokerCore broker;

  /** When the first round of compaction is due. */
  private long roundAtMs;

  @BeforeEach
  void start() throws IOException {
    Environment env = simulation.environment();
    controller =
        await(
            ActiveController.start(
                new InMemoryMetadataStore("test"),
                new ControllerSettings(0, 1, 1, 1, false, Map.of()),
                env.threads(),
                env.randomness()));
    broker =
        BrokerCore.open(
            BrokerConfig.of(
                Map.of("log.cleaner.backoff.ms", Long.toString(BACKOFF_MS)),
                BrokerConfig.STANDALONE_DEFAULTS),
            List.of(Path.of("/data")),
            1,
            env,
            controller.image().clusterId(),
            controller,
            controller,
            RequestObserver.NONE);
    await(
        controller.register(
            broker.registration(
                Map.of("PLAINTEXT", new BrokerImage.Endpoint("broker", 9092)), Optional.empty())));
    broker.registered();
    roundAtMs = nowMs() + BACKOFF_MS;
    await(controller.createTopics(List.of(compactedTopic()), false));
    awaitUntil(() -> partition() != null && partition().isLeading(), 10_000);
  }

  @AfterEach
  void stop() throws IOException {
    await(broker.quiesce());
    broker.closeDirectories();
    controller.close();
  }

  private static NewTopic compactedTopic() {
    return new NewTopic(
        "t",
        1,
        1,
        Map.of(),
        Map.of(
            "cleanup.policy", "compact",
            "min.cleanable.dirty.ratio", "0.01",
            "segment.bytes", Integer.toString(SEGMENT_BYTES)));
  }

  @Test
  void aPassTakesAsLongAsTheLimitSays() {
    limitTo(100_000);
    long bytes = fill();

    awaitUntil(this::isCompacted, HOUR_MS);

    // The last segment is not compacted, and hardly anything of the others is written.
    assertThat(nowMs() - roundAtMs)
        .isBetween(2 * (bytes - SEGMENT_BYTES) / 100, 2 * bytes / 100 + 5_000);
  }

  @Test
  void aPassThatWaitsGoesOnWhenTheLimitIsRaised() {
    limitTo(1);
    fill();
    simulation.runFor(HOUR_MS);
    assertThat(isCompacted()).isFalse();

    limitTo(1_000_000_000);

    awaitUntil(this::isCompacted, 2_000);
  }

  @Test
  void withoutALimitAPassTakesWhatTheDiskTakes() {
    fill();

    awaitUntil(this::isCompacted, BACKOFF_MS + 2_000);
  }

  private void limitTo(int bytesPerSecond) {
    await(
        controller.alterConfigs(
            List.of(
                new ConfigChange(
                    new ConfigKey(ConfigKey.Type.BROKER, ""),
                    Map.of(LIMIT, Optional.of(Integer.toString(bytesPerSecond)))))));
  }

  private Partition partition() {
    return broker.partitions().get("t", 0);
  }

  private boolean isCompacted() {
    return partition().logBytes() < 2 * SEGMENT_BYTES;
  }

  /** Writes the same few keys again and again; bytes of the log. */
  private long fill() {
    List<AppendOutcome> outcomes = new ArrayList<>();
    int appends = 0;
    while (partition().logBytes() < LOG_BYTES_MIN) {
      int number = ++appends;
      partition().append(batch().buffer(), new PendingAppend(true, outcomes::add), nowMs());
      awaitUntil(() -> outcomes.size() == number, 1_000);
    }
    assertThat(outcomes).allMatch(AppendOutcome.Stored.class::isInstance);
    assertThat(nowMs()).as("nothing was compacted meanwhile").isLessThan(roundAtMs);
    return partition().logBytes();
  }

  private MemoryRecords batch() {
    SimpleRecord[] records = new SimpleRecord[100];
    for (int i = 0; i < records.length; i++) {
      records[i] = new SimpleRecord(nowMs(), new byte[] {(byte) i}, new byte[1_000]);
    }
    return MemoryRecords.withRecords(Compression.NONE, records);
  }

  private long nowMs() {
    return simulation.clock().wallMs();
  }

  private <T> T await(CompletionStage<T> stage) {
    awaitUntil(stage.toCompletableFuture()::isDone, 10_000);
    return stage.toCompletableFuture().join();
  }

  private void awaitUntil(BooleanSupplier condition, long withinMs) {
    assertThat(simulation.runUntil(condition, withinMs)).as("in time").isTrue();
  }
}

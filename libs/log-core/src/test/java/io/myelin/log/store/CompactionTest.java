package io.myelin.log.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.CompactionThrottle;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.RecordCursor;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final UUID TOPIC_ID = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;
  private static final int SEGMENT_BYTES = 3_000;

  private SimDisk disk = new SimDisk(3);
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;

  private static LogConfig compacted() {
    LogConfig c = StoredLogTest.small(SEGMENT_BYTES, 512);
    return new LogConfig(
        c.segmentBytes(),
        c.segmentMs(),
        0,
        c.segmentIndexBytes(),
        c.indexIntervalBytes(),
        -1,
        -1,
        false,
        true,
        0.1,
        0,
        Long.MAX_VALUE,
        c.deleteRetentionMs(),
        1_000,
        c.flushMessages(),
        c.flushMs(),
        false,
        c.producerIdExpirationMs());
  }

  @BeforeEach
  void start() throws IOException {
    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC_ID, compacted());
  }

  private void write(int from, int to) {
    for (int i = from; i < to; i++) {
      BatchBuilder batch = new BatchBuilder();
      for (int k = 0; k < 3; k++) {
        batch.append(
            T + i,
            ByteBuffer.wrap(("key-" + (i * 3 + k) % 10).getBytes(StandardCharsets.UTF_8)),
            ByteBuffer.wrap(("value-" + i + "-" + k).getBytes(StandardCharsets.UTF_8)));
      }
      log.append(List.of(TestBatches.valid(batch)), 1);
    }
    log.advanceHighWatermark(log.view().logEndOffset());
  }

  private boolean compact() {
    CompletableFuture<Boolean> done = startCompacting(Double.MAX_VALUE);
    world.runWorkers();
    return done.join();
  }

  private CompletableFuture<Boolean> startCompacting(double bytesPerSecondMax) {
    return directory
        .compact(
            "t", 0, 1 << 20, new CompactionThrottle(world, () -> bytesPerSecondMax), Runnable::run)
        .toCompletableFuture();
  }

  /** Last value of each key, by reading the log from its start. */
  private Map<String, String> state(LogView view) throws IOException {
    Map<String, String> state = new TreeMap<>();
    long next = view.logStartOffset();
    while (view.read(next, 2_000, true, Isolation.LOG_END) instanceof ReadResult.Records records) {
      ByteBuffer content = StoredLogTest.content(records);
      records.slice().release();
      int at = 0;
      while (at + BatchLayout.PREFIX_BYTES <= content.limit()
          && at + BatchLayout.sizeInBytes(content, at) <= content.limit()) {
        try (RecordCursor cursor = RecordCursor.of(content, at)) {
          while (cursor.next()) {
            state.put(text(cursor.key()), text(cursor.value()));
          }
        }
        next = BatchLayout.lastOffset(content, at) + 1;
        at += BatchLayout.sizeInBytes(content, at);
      }
    }
    return state;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  @Test
  void keepsTheLastValueOfEachKeyAndFreesTheRest() throws IOException {
    write(0, 200);
    Map<String, String> before = state(log.view());
    long bytes = log.view().sizeInBytes();
    long end = log.view().logEndOffset();

    assertThat(compact()).isTrue();

    assertThat(log.view().sizeInBytes()).isLessThan(bytes / 3);
    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(state(log.view())).isEqualTo(before);
    assertThat(log.view().offsetForTimestamp(T + 199).offset()).isEqualTo(end - 3);
    assertThat(compact()).isFalse();
    write(200, 300);
    assertThat(compact()).isTrue();
    Map<String, String> after = state(log.view());
    world.passTime(5_000);
    assertThat(disk.list(DIRECTORY.resolve("t-0")))
        .noneMatch(n -> n.endsWith(".deleted") || n.endsWith(".cleaned") || n.endsWith(".swap"));
    disk.crash(Crash.PROCESS_KILL);
    start();
    assertThat(state(log.view())).isEqualTo(after);
    directory.close();
    start();
    assertThat(state(log.view())).isEqualTo(after);
  }

  @Test
  void aPassMovesNoMoreBytesPerSecondThanItMay() throws IOException {
    write(0, 200);
    Map<String, String> before = state(log.view());
    long dirtyBytes = log.view().sizeInBytes() - SEGMENT_BYTES / 2;

    CompletableFuture<Boolean> done = startCompacting(1_000);
    world.runWorkers();
    long seconds = 0;
    while (!done.isDone()) {
      world.passTime(1_000);
      seconds++;
    }

    assertThat(done).isCompletedWithValue(true);
    assertThat(state(log.view())).isEqualTo(before);
    long keptBytes = log.view().sizeInBytes() - SEGMENT_BYTES / 2;
    long movedBytes = 2 * dirtyBytes + keptBytes; // read for its keys, read again, written
    assertThat(seconds).isCloseTo(movedBytes / 1_000, Percentage.withPercentage(10));
  }

  @Test
  void aPassThatWaitsHoldsNothingElseOff() throws IOException {
    PartitionLog other =
        directory.open("u", 0, new UUID(1, 3), StoredLogTest.small(SEGMENT_BYTES, 512));
    other.append(List.of(TestBatches.batch(1, T, 10)), 1);
    other.advanceHighWatermark(1);
    write(0, 200);
    CompletableFuture<Boolean> done = startCompacting(1_000);
    world.passTime(1_000);
    long end = log.view().logEndOffset();

    write(200, 300);
    other.advanceLogStart(1);
    CompletionStage<Long> freed = other.enforceRetention(Runnable::run);
    world.runWorkers();

    assertThat(log.view().logEndOffset()).isEqualTo(end + 300);
    assertThat(freed.toCompletableFuture().join()).isPositive();
    assertThat(done).isNotDone();
    Map<String, String> before = state(log.view());
    world.passTime(1);
    while (!done.isDone()) {
      world.passTime(1_000);
    }
    assertThat(state(log.view())).isEqualTo(before);
  }

  @Test
  void anOrderlyStopDoesNotWaitForAPassThatWaits() throws IOException {
    write(0, 200);
    Map<String, String> before = state(log.view());
    CompletableFuture<Boolean> done = startCompacting(1);
    world.passTime(1_000);

    directory.close();

    world.passTime(1_000);
    assertThat(done).isCompletedWithValue(false);
    start();
    assertThat(state(log.view())).isEqualTo(before);
    assertThat(compact()).isTrue();
  }

  @Test
  void retentionDoesNotWaitForAPassOfALogThatIsNotCompactedAnyMore() throws IOException {
    write(0, 200);
    CompletableFuture<Boolean> done = startCompacting(1);
    world.passTime(1_000);

    log.configure(StoredLogTest.small(SEGMENT_BYTES, 512));

    world.passTime(1_000);
    assertThat(done).isCompletedWithValue(false);
    log.advanceLogStart(log.view().logEndOffset());
    CompletionStage<Long> freed = log.enforceRetention(Runnable::run);
    world.runWorkers();
    assertThat(freed.toCompletableFuture().join()).isPositive();
  }

  @Test
  void olderViewsGoOnReadingWhatWasReplaced() throws IOException {
    write(0, 200);
    LogView old = log.view();
    Map<String, String> before = state(old);

    compact();

    assertThat(state(old)).isEqualTo(before);
  }

  @Test
  void aCrashAtAnyPointLeavesTheOldOrTheNewSegments() throws IOException {
    for (Crash crash : Crash.values()) {
      for (int step = 1; step < 400; step += 7) {
        crashInCompaction(crash, step, true);
      }
    }
  }

  /** The recovery point that a start finds is older than what was flushed. */
  @Test
  void aKillAtAnyPointLeavesEverythingThoughNoCheckpointWasWritten() throws IOException {
    for (int step = 1; step < 400; step += 7) {
      crashInCompaction(Crash.PROCESS_KILL, step, false);
    }
  }

  private void crashInCompaction(Crash crash, int step, boolean checkpointed) throws IOException {
    disk = new SimDisk(step);
    start();
    write(0, 120);
    log.flush();
    if (checkpointed) {
      directory.checkpoint();
    }
    Map<String, String> before = state(log.view());
    int[] left = {step};
    disk.faults()
        .failWhen(
            (operation, path) -> {
              if (--left[0] < 0) {
                throw new Crashed();
              }
              return false;
            });
    try {
      compact();
    } catch (Crashed | java.util.concurrent.CompletionException e) {
      assertThat(left[0]).isNegative();
    }
    disk.faults().heal();
    disk.crash(crash);
    start();
    assertThat(state(log.view())).as("%s at %d", crash, step).isEqualTo(before);
  }

  private static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}

package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static io.myelin.log.store.TestBatches.idempotent;
import static io.myelin.log.store.TestBatches.marker;
import static io.myelin.log.store.TestBatches.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.AppendResult;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.LogView.EpochEnd;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredLogTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final UUID TOPIC_ID = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;

  private final SimDisk disk = new SimDisk(7);
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;
  private LogConfig config = small(10_000, 1024);

  static LogConfig small(int segmentBytes, int indexIntervalBytes) {
    LogConfig d = LogConfig.DEFAULT;
    return new LogConfig(
        segmentBytes,
        d.segmentMs(),
        0,
        d.segmentIndexBytes(),
        indexIntervalBytes,
        -1,
        d.retentionMs(),
        true,
        false,
        0.5,
        0,
        Long.MAX_VALUE,
        d.deleteRetentionMs(),
        1000,
        d.flushMessages(),
        d.flushMs(),
        false,
        d.producerIdExpirationMs());
  }

  static LogConfig preallocating(LogConfig c) {
    return new LogConfig(
        c.segmentBytes(),
        c.segmentMs(),
        c.segmentJitterMs(),
        c.segmentIndexBytes(),
        c.indexIntervalBytes(),
        c.retentionBytes(),
        c.retentionMs(),
        c.delete(),
        c.compact(),
        c.minCleanableDirtyRatio(),
        c.minCompactionLagMs(),
        c.maxCompactionLagMs(),
        c.deleteRetentionMs(),
        c.fileDeleteDelayMs(),
        c.flushMessages(),
        c.flushMs(),
        true,
        c.producerIdExpirationMs());
  }

  @BeforeEach
  void open() throws IOException {
    start();
  }

  private void start() throws IOException {
    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC_ID, config);
  }

  private void kill() throws IOException {
    disk.crash(Crash.PROCESS_KILL);
    start();
  }

  private void restartInOrder() throws IOException {
    directory.close();
    start();
  }

  private List<AppendResult> append(ValidBatch... batches) {
    return log.append(List.of(batches), Math.max(3, log.view().latestEpoch()));
  }

  private void fillSegments(int segments) {
    while (directory != null && log.view().sizeInBytes() < segments * 10_000L - 5_000) {
      append(batch(5, T + log.view().logEndOffset(), 100));
    }
  }

  /** All batches' bytes from {@code offset} to the log end, read in slices. */
  private List<Long> baseOffsets(long offset, Isolation isolation) throws IOException {
    List<Long> offsets = new ArrayList<>();
    long next = offset;
    while (log.view().read(next, 3_000, true, isolation) instanceof ReadResult.Records records) {
      ByteBuffer bytes = content(records);
      int at = 0;
      while (at + BatchLayout.PREFIX_BYTES <= bytes.limit()
          && at + BatchLayout.sizeInBytes(bytes, at) <= bytes.limit()) {
        offsets.add(BatchLayout.baseOffset(bytes, at));
        next = BatchLayout.lastOffset(bytes, at) + 1;
        at += BatchLayout.sizeInBytes(bytes, at);
      }
      records.slice().release();
    }
    return offsets;
  }

  static ByteBuffer content(ReadResult.Records records) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(records.slice().length());
    assertThat(records.slice().file().read(bytes, records.slice().position()))
        .isEqualTo(bytes.capacity());
    return bytes.flip();
  }

  @Test
  void appendsAtTheLogEndAndPublishesIt() {
    List<AppendResult> results = append(batch(3, T, 10), batch(2, T + 10, 10));

    assertThat(results).containsExactly(new Appended(0, 2, -1), new Appended(3, 4, -1));
    assertThat(log.view().logEndOffset()).isEqualTo(5);
    assertThat(log.view().highWatermark()).isZero();
    assertThat(log.view().latestEpoch()).isEqualTo(3);
  }

  @Test
  void leavesTheCallersBufferAtTheBatch() {
    ValidBatch batch = batch(3, T, 10);
    int size = batch.sizeInBytes();

    append(batch);

    assertThat(batch.sizeInBytes()).isEqualTo(size);
    assertThat(BatchLayout.leaderEpoch(batch.buffer(), batch.buffer().position())).isEqualTo(3);
  }

  @Test
  void answersRecentReadsWithoutTouchingTheDisk() throws IOException {
    append(batch(3, T, 10), batch(2, T, 10));
    log.advanceHighWatermark(5);
    disk.faults().failWhen((operation, path) -> true);

    ReadResult result = log.view().tryRead(3, 10_000, true, Isolation.HIGH_WATERMARK);
    disk.faults().heal();

    assertThat(result).isInstanceOf(ReadResult.Records.class);
    ByteBuffer bytes = content((ReadResult.Records) result);
    assertThat(BatchLayout.baseOffset(bytes, 0)).isEqualTo(3);
    assertThat(BatchLayout.sizeInBytes(bytes, 0)).isEqualTo(bytes.limit());
  }

  @Test
  void hidesWhatLiesAboveTheHighWatermark() throws IOException {
    append(batch(3, T, 10));
    log.advanceHighWatermark(3);
    append(batch(2, T, 10));

    assertThat(log.view().tryRead(3, 1000, true, Isolation.HIGH_WATERMARK))
        .isInstanceOf(ReadResult.NothingYet.class);
    assertThat(baseOffsets(0, Isolation.HIGH_WATERMARK)).containsExactly(0L);
    assertThat(baseOffsets(0, Isolation.LOG_END)).containsExactly(0L, 3L);
    ReadResult recent = log.view().tryRead(0, 100_000, true, Isolation.HIGH_WATERMARK);
    assertThat(content((ReadResult.Records) recent).limit())
        .isLessThan((int) log.view().sizeInBytes());
  }

  @Test
  void refusesOffsetsOutsideTheLog() throws IOException {
    append(batch(3, T, 10));

    assertThat(log.view().tryRead(4, 100, true, Isolation.LOG_END))
        .isInstanceOf(ReadResult.OutOfRange.class);
    log.advanceLogStart(2);
    assertThat(log.view().read(1, 100, true, Isolation.LOG_END))
        .isInstanceOf(ReadResult.OutOfRange.class);
  }

  @Test
  void returnsAFirstBatchThatIsTooLargeOnlyIfAskedTo() throws IOException {
    ValidBatch large = batch(20, T, 100);
    append(large, batch(1, T, 10));

    ReadResult.Records whole =
        (ReadResult.Records) log.view().tryRead(0, 100, true, Isolation.LOG_END);
    assertThat(whole.slice().length()).isEqualTo(large.sizeInBytes());
    assertThat(log.view().tryRead(0, 100, false, Isolation.LOG_END))
        .isInstanceOf(ReadResult.NothingYet.class);
    assertThat(log.view().read(0, 100, false, Isolation.LOG_END))
        .isInstanceOf(ReadResult.NothingYet.class);
  }

  @Test
  void readsAcrossSegmentsAfterEveryKindOfStop() throws IOException {
    fillSegments(4);
    List<Long> expected = baseOffsets(0, Isolation.LOG_END);
    long end = log.view().logEndOffset();

    kill();
    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(baseOffsets(0, Isolation.LOG_END)).isEqualTo(expected);

    restartInOrder();
    assertThat(directory.wasCleanlyClosed()).isTrue();
    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(log.recoveryPoint()).isEqualTo(end);
    assertThat(baseOffsets(0, Isolation.LOG_END)).isEqualTo(expected);
    assertThat(baseOffsets(end - 7, Isolation.LOG_END)).hasSize(2);
    assertThat(append(batch(1, T, 10))).containsExactly(new Appended(end, end, -1));
  }

  @Test
  void recognisesAllThatAProducerMayRepeatAfterARestartAndAfterATruncation() throws IOException {
    for (int i = 0; i < 6; i++) {
      append(idempotent(7, 0, i, 1, T));
    }
    restartInOrder();
    append(batch(1, T, 10));
    log.truncateTo(6);

    for (int i = 1; i < 6; i++) {
      assertThat(append(idempotent(7, 0, i, 1, T)))
          .containsExactly(new AppendResult.Duplicate(i, i, T));
    }
    assertThat(append(idempotent(7, 0, 6, 1, T))).containsExactly(new Appended(6, 6, -1));
  }

  @Test
  void answersRepeatedBatchesWithTheirFirstOffsets() throws IOException {
    append(idempotent(7, 0, 0, 2, T), idempotent(7, 0, 2, 3, T));

    List<AppendResult> again =
        append(idempotent(7, 0, 2, 3, T), idempotent(7, 0, 5, 1, T), idempotent(7, 0, 5, 1, T));

    assertThat(again)
        .containsExactly(
            new AppendResult.Duplicate(2, 4, T + 2),
            new Appended(5, 5, -1),
            new AppendResult.Duplicate(5, 5, T));
    assertThat(append(idempotent(7, 0, 9, 1, T)).getFirst())
        .isInstanceOf(AppendResult.OutOfOrderSequence.class);
    assertThat(append(idempotent(7, 1, 0, 1, T)).getFirst()).isInstanceOf(Appended.class);
    assertThat(append(idempotent(7, 0, 6, 1, T)).getFirst())
        .isInstanceOf(AppendResult.InvalidProducerEpoch.class);
    kill();
    assertThat(append(idempotent(7, 1, 0, 1, T)).getFirst())
        .isInstanceOf(AppendResult.Duplicate.class);
    restartInOrder();
    assertThat(append(idempotent(7, 1, 0, 1, T)).getFirst())
        .isInstanceOf(AppendResult.Duplicate.class);
  }

  @Test
  void takesEverythingBackWhenTheDiskIsFull() throws IOException {
    append(idempotent(7, 0, 0, 2, T));
    long size = log.view().sizeInBytes();
    disk.setCapacity(disk.totalBytes(DIRECTORY) - disk.usableBytes(DIRECTORY) + 100);

    List<AppendResult> results =
        append(idempotent(7, 0, 2, 5, T), idempotent(7, 0, 7, 5, T), idempotent(7, 0, 7, 5, T));

    assertThat(results).allMatch(r -> r instanceof AppendResult.StorageFull);
    assertThat(log.failure()).isNull();
    assertThat(log.view().sizeInBytes()).isEqualTo(size);
    disk.setCapacity(1 << 30);
    assertThat(append(idempotent(7, 0, 2, 5, T))).containsExactly(new Appended(2, 6, -1));
    kill();
    assertThat(log.view().logEndOffset()).isEqualTo(7);
  }

  @Test
  void goesOfflineWhenAWriteFails() throws IOException {
    append(batch(1, T, 10));
    disk.faults().failWhen((operation, path) -> path.toString().endsWith(".log"));

    assertThat(append(batch(1, T, 10)).getFirst()).isInstanceOf(AppendResult.Failed.class);

    disk.faults().heal();
    assertThat(log.failure()).isNotNull();
    assertThat(append(batch(1, T, 10)).getFirst()).isInstanceOf(AppendResult.Failed.class);
    kill();
    assertThat(log.view().logEndOffset()).isEqualTo(1);
  }

  @Test
  void losesNothingThatWasFlushedWhenThePowerFails() throws IOException {
    fillSegments(3);
    long flushed = log.flush();
    List<Long> expected = baseOffsets(0, Isolation.LOG_END);
    append(batch(4, T, 50));
    directory.checkpoint();

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    start();

    assertThat(log.view().logEndOffset()).isEqualTo(flushed);
    assertThat(baseOffsets(0, Isolation.LOG_END)).isEqualTo(expected);
    assertThat(directory.stored())
        .containsExactly(new LogDirectory.StoredPartition("t", 0, TOPIC_ID));
  }

  @Test
  void deletesSegmentsThatAreTooOldAndOnlyBelowTheHighWatermark() throws IOException {
    fillSegments(3);
    long end = log.view().logEndOffset();
    world.passTime(LogConfig.DEFAULT.retentionMs() + 10_000);
    log.enforceRetention(Runnable::run);
    assertThat(log.view().logStartOffset()).isZero();

    log.advanceHighWatermark(end);
    log.enforceRetention(Runnable::run);
    world.runWorkers();

    assertThat(log.view().logStartOffset()).isEqualTo(end);
    assertThat(log.view().sizeInBytes()).isZero();
    world.passTime(5_000);
    assertThat(disk.list(DIRECTORY.resolve("t-0"))).noneMatch(n -> n.endsWith(".deleted"));
    kill();
    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(append(batch(1, T, 1))).containsExactly(new Appended(end, end, -1));
  }

  @Test
  void keepsSlicesReadableWhenTheirSegmentIsDeleted() throws IOException {
    fillSegments(3);
    long end = log.view().logEndOffset();
    log.advanceHighWatermark(end);
    LogView old = log.view();
    ReadResult.Records held = (ReadResult.Records) old.read(0, 500, true, Isolation.LOG_END);
    log.advanceLogStart(end - 1);

    log.enforceRetention(Runnable::run);
    world.passTime(5_000);

    assertThat(BatchLayout.baseOffset(content(held), 0)).isZero();
    held.slice().release();
    assertThat(old.read(0, 500, true, Isolation.LOG_END)).isInstanceOf(ReadResult.OutOfRange.class);
    assertThat(log.view().logStartOffset()).isEqualTo(end - 1);
  }

  @Test
  void findsOffsetsByTimestamp() throws IOException {
    fillSegments(3);
    world.runWorkers();
    long end = log.view().logEndOffset();

    for (long offset = 0; offset < end; offset += 7) {
      assertThat(log.view().offsetForTimestamp(T + offset).offset()).isEqualTo(offset);
    }
    assertThat(log.view().offsetForTimestamp(T + end)).isNull();
    assertThat(log.view().maxTimestamp().offset()).isEqualTo(end - 1);
    restartInOrder();
    assertThat(log.view().offsetForTimestamp(T + 12).offset()).isEqualTo(12);
    assertThat(log.view().maxTimestamp())
        .isEqualTo(new LogView.TimestampedOffset(end - 1, T + end - 1, 3));
  }

  @Test
  void truncatesToAnOffsetWithProducersAndEpochs() throws IOException {
    log.append(List.of(idempotent(7, 0, 0, 2, T), idempotent(7, 0, 2, 3, T)), 3);
    log.append(List.of(idempotent(7, 0, 5, 3, T)), 4);
    fillSegments(3);
    log.flush();

    log.truncateTo(5);

    assertThat(log.view().logEndOffset()).isEqualTo(5);
    assertThat(log.view().latestEpoch()).isEqualTo(3);
    assertThat(log.view().endOffsetFor(3)).isEqualTo(new EpochEnd(3, 5));
    assertThat(append(idempotent(7, 0, 5, 1, T))).containsExactly(new Appended(5, 5, -1));
    kill();
    assertThat(log.view().logEndOffset()).isEqualTo(6);
    log.truncateFullyAndStartAt(100);
    assertThat(append(batch(1, T, 1))).containsExactly(new Appended(100, 100, -1));
    kill();
    assertThat(log.view().logStartOffset()).isEqualTo(100);
    assertThat(log.view().logEndOffset()).isEqualTo(101);
  }

  @Test
  void holdsTheLastStableOffsetAtTheOldestOpenTransaction() throws IOException {
    append(batch(1, T, 1), transactional(7, 0, 0, 2, T), batch(1, T, 1));
    log.advanceHighWatermark(4);
    assertThat(log.view().lastStableOffset()).isEqualTo(1);
    assertThat(baseOffsets(0, Isolation.LAST_STABLE)).containsExactly(0L);

    append(marker(7, 0, false, 1, T));
    assertThat(log.view().lastStableOffset()).isEqualTo(1);
    log.advanceHighWatermark(5);

    assertThat(log.view().lastStableOffset()).isEqualTo(5);
    ReadResult.Records read =
        (ReadResult.Records) log.view().tryRead(0, 10_000, true, Isolation.LAST_STABLE);
    ReadResult.AbortedTransaction aborted = new ReadResult.AbortedTransaction(7, 1, 4, 5);
    assertThat(read.aborted()).containsExactly(aborted);
    kill();
    log.advanceHighWatermark(5);
    read = (ReadResult.Records) log.view().read(0, 10_000, true, Isolation.LAST_STABLE);
    assertThat(read.aborted()).containsExactly(aborted);
  }

  @Test
  void forgetsNothingAboutTheEpochsInAKill() throws IOException {
    log.append(List.of(batch(5, T, 1)), 1);
    log.append(List.of(batch(5, T, 1)), 4);
    kill();

    assertThat(log.view().endOffsetFor(1)).isEqualTo(new EpochEnd(1, 5));
    assertThat(log.view().endOffsetFor(3)).isEqualTo(new EpochEnd(1, 5));
    assertThat(log.view().endOffsetFor(4)).isEqualTo(new EpochEnd(4, 10));
    assertThat(log.view().endOffsetFor(0)).isEqualTo(new EpochEnd(0, 0));
    assertThat(log.view().endOffsetFor(5)).isEqualTo(new EpochEnd(-1, -1));
    assertThat(log.view().epochFor(4)).isEqualTo(1);
  }

  @Test
  void refusesDamageBelowTheRecoveryPointAndLeavesItAlone() throws IOException {
    fillSegments(1);
    log.flush();
    directory.checkpoint();
    Path file = DIRECTORY.resolve("t-0/00000000000000000000.log");
    disk.crash(Crash.PROCESS_KILL);
    disk.flipBit(file, 16, 3);

    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> directory.open("t", 0, TOPIC_ID, config)))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Restore");
    disk.flipBit(file, 16, 3);
    assertThat(directory.open("t", 0, TOPIC_ID, config).view().logEndOffset()).isPositive();
  }

  @Test
  void holdsTheDirectoryAgainstOthers() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> new TestingWorld(disk, 2).open(DIRECTORY)))
        .hasMessageContaining("in use by another process");
  }

  @Test
  void deletesAPartitionAfterItsDelay() throws IOException {
    append(batch(1, T, 1));
    directory.delete("t", 0);

    assertThat(directory.stored()).isEmpty();
    assertThat(disk.list(DIRECTORY)).anyMatch(n -> n.matches("t-0\\.[0-9a-f]{32}-delete"));
    log = directory.open("t", 0, new UUID(3, 4), config);
    assertThat(log.view().logEndOffset()).isZero();
    world.passTime(2_000);
    assertThat(disk.list(DIRECTORY)).noneMatch(n -> n.endsWith("-delete"));
  }

  @Test
  void tellsHowLongAgoWhatWaitsForAFlushWasLastFlushed() throws IOException {
    world.passTime(1000);
    assertThat(log.unflushedForMs()).isZero();
    log.append(List.of(batch(1, T, 10)), 0);
    assertThat(log.unflushedForMs()).isEqualTo(1000);
    log.flush();
    assertThat(log.unflushedForMs()).isZero();
    log.append(List.of(batch(1, T, 10)), 0);
    world.passTime(300);
    assertThat(log.unflushedForMs()).isEqualTo(300);
  }
}

package io.myelin.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.LogConfig;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.BatchRules;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class PartitionTest {
  private final TestingExecutor shardThread = new TestingExecutor();
  private final TestingExecutor workers = new TestingExecutor();
  private final List<AppendOutcome> outcomes = new ArrayList<>();
  private int demands;

  @Test
  void writesEverythingQueuedForItAtOnce() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = leading(log);

    append(partition, 2);
    append(partition, 3);
    append(partition, 1);
    shardThread.runAll();

    assertThat(log.batchesPerWrite).containsExactly(3);
    assertThat(outcomes)
        .containsExactly(
            new AppendOutcome.Stored(0, 2, -1, 0),
            new AppendOutcome.Stored(2, 5, -1, 0),
            new AppendOutcome.Stored(5, 6, -1, 0));
  }

  @Test
  void keepsAppendsWaitingUntilTheLogIsOpenAndMakesOpeningUrgent() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = partition(LogConfig.DEFAULT);
    partition.lead(0);

    append(partition, 1);
    shardThread.runAll();
    assertThat(outcomes).isEmpty();
    assertThat(demands).isPositive();

    partition.onOpened(log);
    shardThread.runAll();
    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void refusesWhenItDoesNotLead() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = leading(log);
    append(partition, 1);
    partition.stopLeading();
    shardThread.runAll();

    assertThat(outcomes).containsExactly(new AppendOutcome.NotLeader());
    assertThat(log.batchesPerWrite).isEmpty();
  }

  @Test
  void answersOnlyAfterTheFlushWhereEachMessageIsFlushed() {
    LogConfig config = flushingEachMessage();
    TestingPartitionLog log = new TestingPartitionLog(config);
    Partition partition = leading(log);

    append(partition, 1);
    shardThread.runAll();
    assertThat(outcomes).isEmpty();
    assertThat(log.view().highWatermark()).isZero();

    append(partition, 1); // written while the disk is busy with the first: the next group
    shardThread.runAll();
    workers.runAll();
    shardThread.runAll();
    assertThat(outcomes).hasSize(2);
    assertThat(log.view().highWatermark()).isEqualTo(2);
  }

  @Test
  void readersOfATopicThatFlushesEachMessageSeeRecoveredRecordsOnceTheyAreDurable()
      throws IOException {
    TestingPartitionLog log = new TestingPartitionLog(flushingEachMessage());
    append(leading(log), 3);
    shardThread.runAll(); // written; the process dies before the flush
    Partition next = partition(flushingEachMessage());

    next.onRecovered(log);
    shardThread.runAll();

    assertThat(log.recoveryPoint()).isEqualTo(3);
    assertThat(log.view().highWatermark()).isEqualTo(3);
  }

  @Test
  void aFailedFlushAcknowledgesNothing() {
    TestingPartitionLog log = new TestingPartitionLog(flushingEachMessage());
    log.failNextFlush = new IOException("the disk is gone");
    Partition partition = leading(log);

    append(partition, 1);
    shardThread.runAll();
    workers.runAll();
    shardThread.runAll();
    append(partition, 1);
    shardThread.runAll();

    assertThat(outcomes).hasSize(2).allMatch(AppendOutcome.Offline.class::isInstance);
  }

  @Test
  void anAppendThatTimedOutInTheQueueIsNotWritten() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = partition(LogConfig.DEFAULT);
    partition.lead(0);
    PendingAppend pending = append(partition, 1);
    shardThread.runAll();

    pending.cancel(new AppendOutcome.TimedOut());
    partition.onOpened(log);
    shardThread.runAll();

    assertThat(outcomes).containsExactly(new AppendOutcome.TimedOut());
    assertThat(log.view().logEndOffset()).isZero();
  }

  @Test
  void tellsThoseWhoWaitThatReadersMaySeeMore() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = leading(log);
    List<Long> seen = new ArrayList<>();
    ProgressListener listener = () -> seen.add(partition.view().highWatermark());
    partition.listen(listener);

    append(partition, 4);
    shardThread.runAll();
    partition.unlisten(listener);
    append(partition, 4);
    shardThread.runAll();

    assertThat(seen).containsExactly(4L);
  }

  @Test
  void deletesRecordsNoFurtherThanTheHighWatermark() {
    Partition partition = leading(new TestingPartitionLog(LogConfig.DEFAULT));
    append(partition, 5);
    var beyond = partition.deleteRecordsBefore(6);
    var within = partition.deleteRecordsBefore(3);
    var all = partition.deleteRecordsBefore(-1);
    shardThread.runAll();

    assertThat(beyond).isCompletedExceptionally();
    assertThat(within).isCompletedWithValue(3L);
    assertThat(all).isCompletedWithValue(5L);
  }

  private Partition leading(TestingPartitionLog log) {
    Partition partition = partition(log.config());
    partition.lead(0);
    partition.onOpened(log);
    shardThread.runAll();
    return partition;
  }

  private Partition partition(LogConfig config) {
    BatchRules rules =
        new BatchRules(
            1 << 20,
            false,
            false,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            new BatchRules.TargetCompression.Producers(),
            true);
    return new Partition(
        "events",
        new UUID(1, 2),
        0,
        new Shard(shardThread),
        workers,
        new PartitionSettings(config, rules),
        () -> demands++);
  }

  private PendingAppend append(Partition partition, int records) {
    ValidBatch batch =
        new ValidBatch(
            ByteBuffer.allocate(BatchLayout.HEADER_BYTES),
            records,
            records - 1,
            0,
            0,
            BatchLayout.NO_PRODUCER_ID,
            (short) -1,
            BatchLayout.NO_SEQUENCE,
            (short) 0);
    PendingAppend pending = new PendingAppend(true, outcomes::add);
    partition.append(batch, pending);
    return pending;
  }

  private static LogConfig flushingEachMessage() {
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
        d.compact(),
        d.minCleanableDirtyRatio(),
        d.minCompactionLagMs(),
        d.maxCompactionLagMs(),
        d.deleteRetentionMs(),
        d.fileDeleteDelayMs(),
        1,
        d.flushMs(),
        d.preallocate(),
        d.producerIdExpirationMs());
  }
}

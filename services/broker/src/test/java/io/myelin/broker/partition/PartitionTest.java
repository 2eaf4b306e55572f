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
  private final TestingExecutor validators = new TestingExecutor();
  private final List<AppendOutcome> outcomes = new ArrayList<>();
  private final Traffic traffic = new Traffic();
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
  void countsWhatWasAppendedAndSent() {
    Partition partition = leading(new TestingPartitionLog(LogConfig.DEFAULT));

    append(partition, 2);
    append(partition, 3);
    shardThread.runAll();
    partition.sent(70);

    for (Traffic.Counts counts : List.of(traffic.whole(), traffic.topic("events"))) {
      assertThat(counts.messagesIn()).isEqualTo(5);
      assertThat(counts.bytesIn()).isEqualTo(2 * BatchLayout.HEADER_BYTES);
      assertThat(counts.bytesOut()).isEqualTo(70);
    }
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
    next.lead(1);

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

  @Test
  void anErrorInTheLogAnswersEverybodyAndEndsOnlyThisPartition() {
    TestingPartitionLog broken = new TestingPartitionLog(LogConfig.DEFAULT);
    broken.failAppends = new IllegalStateException("a bug");
    Shard shard = new Shard(shardThread);
    Partition first = leading(broken, shard);
    Partition second = leading(new TestingPartitionLog(LogConfig.DEFAULT), shard);

    append(first, 1);
    append(second, 1);
    shardThread.runAll();
    broken.failAppends = null;
    append(first, 1);
    shardThread.runAll();

    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).isInstanceOf(AppendOutcome.Offline.class);
    assertThat(outcomes.get(1)).isEqualTo(new AppendOutcome.Stored(0, 1, -1, 0));
    assertThat(outcomes.get(2)).isInstanceOf(AppendOutcome.Offline.class);
    assertThat(first.failure()).hasMessage("a bug");
  }

  @Test
  void aMessageThatFailsDoesNotHinderWhatIsQueuedBesideIt() {
    TestingPartitionLog log = new TestingPartitionLog(LogConfig.DEFAULT);
    Partition partition = leading(log);

    append(partition, 1);
    partition
        .shard()
        .execute(
            () -> {
              throw new IllegalStateException("a bug");
            });
    shardThread.runAll();

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void aBatchThatBreaksTheValidatorIsRefusedAndDoesNotHoldUpTheQueue() {
    Partition partition =
        leading(new TestingPartitionLog(LogConfig.DEFAULT), new Shard(shardThread), null);

    partition.append(compressed(), new PendingAppend(true, outcomes::add), 0);
    append(partition, 1);
    shardThread.runAll();
    validators.runAll();
    shardThread.runAll();

    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.get(0)).isInstanceOf(AppendOutcome.Invalid.class);
    assertThat(outcomes.get(1)).isEqualTo(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void anAppendThatIsGivenUpDuringItsValidationEndsAfterIt() {
    Partition partition = partition(LogConfig.DEFAULT);
    partition.lead(0);
    PendingAppend pending = new PendingAppend(true, outcomes::add);
    partition.append(compressed(), pending, 0);
    shardThread.runAll();

    pending.cancel(new AppendOutcome.TimedOut());
    assertThat(outcomes).isEmpty(); // the validator may be reading its bytes
    validators.runAll();
    shardThread.runAll();

    assertThat(outcomes).containsExactly(new AppendOutcome.TimedOut());
  }

  @Test
  void appendsThatWaitForAFlushAreAnsweredWhenFlushesAreTurnedOff() {
    TestingPartitionLog log = new TestingPartitionLog(flushingEachMessage());
    Partition partition = leading(log);
    append(partition, 1);
    shardThread.runAll();
    append(partition, 1); // behind the flush that is under way
    shardThread.runAll();

    partition.configure(new PartitionSettings(LogConfig.DEFAULT, rules(), 1));
    shardThread.runAll();

    assertThat(outcomes).hasSize(2).allMatch(AppendOutcome.Stored.class::isInstance);
  }

  @Test
  void appendsAreAnsweredWhenFlushesAreTurnedOnWhileOneIsUnderWay() {
    TestingPartitionLog log = new TestingPartitionLog(flushingAfter(2));
    Partition partition = leading(log);
    append(partition, 2); // begins a flush, answered at once
    shardThread.runAll();
    partition.configure(new PartitionSettings(flushingEachMessage(), rules(), 1));
    append(partition, 1);
    shardThread.runAll();
    workers.runAll();
    shardThread.runAll();
    workers.runAll();
    shardThread.runAll();

    assertThat(outcomes).hasSize(2).allMatch(AppendOutcome.Stored.class::isInstance);
  }

  @Test
  void whoWaitsForALogThatWillNotBeOpenedIsTold() {
    Partition partition = partition(LogConfig.DEFAULT);
    partition.lead(0);
    append(partition, 1);
    var deletion = partition.deleteRecordsBefore(0);

    var ended = partition.end();
    shardThread.runAll();

    assertThat(ended).isCompleted();
    assertThat(partition.beginOpening()).isFalse();
    assertThat(partition.log()).isCompletedExceptionally();
    assertThat(deletion).isCompletedExceptionally();
    assertThat(outcomes).containsExactly(new AppendOutcome.NotLeader());
  }

  @Test
  void endsOnlyWhenAnOpeningThatHasBegunIsOver() {
    Partition partition = partition(LogConfig.DEFAULT);
    assertThat(partition.beginOpening()).isTrue();

    var ended = partition.end();
    shardThread.runAll();
    assertThat(ended).isNotDone();
    partition.onOpened(new TestingPartitionLog(LogConfig.DEFAULT));
    shardThread.runAll();

    assertThat(ended).isCompleted();
  }

  static ByteBuffer compressed() {
    return ByteBuffer.allocate(BatchLayout.HEADER_BYTES)
        .putShort(BatchLayout.ATTRIBUTES, (short) 1);
  }

  private Partition leading(TestingPartitionLog log) {
    return leading(log, new Shard(shardThread));
  }

  private Partition leading(TestingPartitionLog log, Shard shard) {
    return leading(log, shard, rules());
  }

  private Partition leading(TestingPartitionLog log, Shard shard, BatchRules rules) {
    Partition partition = partition(log.config(), shard, rules);
    partition.lead(0);
    partition.onOpened(log);
    shardThread.runAll();
    return partition;
  }

  private Partition partition(LogConfig config) {
    return partition(config, new Shard(shardThread), rules());
  }

  private static BatchRules rules() {
    return new BatchRules(
        1 << 20,
        false,
        false,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        new BatchRules.TargetCompression.Producers(),
        true);
  }

  private Partition partition(LogConfig config, Shard shard, BatchRules rules) {
    return new Partition(
        "events",
        new UUID(1, 2),
        0,
        shard,
        workers,
        validators,
        new PartitionSettings(config, rules, 1),
        traffic.of("events"),
        () -> demands++);
  }

  private PendingAppend append(Partition partition, int records) {
    PendingAppend pending = new PendingAppend(true, outcomes::add);
    partition.append(batch(records), pending);
    return pending;
  }

  static ValidBatch batch(int records) {
    return new ValidBatch(
        ByteBuffer.allocate(BatchLayout.HEADER_BYTES),
        records,
        records - 1,
        0,
        0,
        BatchLayout.NO_PRODUCER_ID,
        (short) -1,
        BatchLayout.NO_SEQUENCE,
        (short) 0);
  }

  static LogConfig flushingEachMessage() {
    return flushingAfter(1);
  }

  private static LogConfig flushingAfter(int messages) {
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
        messages,
        d.flushMs(),
        d.preallocate(),
        d.producerIdExpirationMs());
  }
}

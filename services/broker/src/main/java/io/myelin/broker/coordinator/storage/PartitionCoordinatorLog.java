package io.myelin.broker.coordinator.storage;

import io.myelin.broker.coordinator.AppendFailedException;
import io.myelin.broker.coordinator.CoordinatorLog;
import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.partition.AppendOutcome;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.PendingAppend;
import io.myelin.broker.partition.ProgressListener;
import io.myelin.log.AppendResult;
import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** One partition of a coordinator's topic, under one leadership. */
final class PartitionCoordinatorLog implements CoordinatorLog {
  private final Supplier<Partition> partition;
  private final String name;
  private final int leaderEpoch;
  private final Executor readers;

  PartitionCoordinatorLog(
      Supplier<Partition> partition, String name, int leaderEpoch, Executor readers) {
    this.partition = partition;
    this.name = name;
    this.leaderEpoch = leaderEpoch;
    this.readers = readers;
  }

  @Override
  public CompletionStage<Void> load(Sink sink) {
    Partition replica = partition.get();
    if (replica == null || !isLed(replica)) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("this broker does not lead " + name + " any more"));
    }
    return replica
        .log()
        .thenCompose(
            opened ->
                whenReadable(replica)
                    .thenCompose(ready -> new CoordinatorLogLoad(opened, sink, readers).start()));
  }

  /**
   * When the watermark has passed all that former leaders may have committed (KIP-207): a
   * coordinator that loaded less would not know what it has acknowledged.
   */
  private CompletableFuture<Void> whenReadable(Partition replica) {
    CompletableFuture<Void> readable = new CompletableFuture<>();
    ProgressListener listener = () -> completeIfReadable(replica, readable);
    replica.listen(listener);
    readable.whenComplete((ok, e) -> replica.unlisten(listener));
    completeIfReadable(replica, readable);
    return readable;
  }

  private void completeIfReadable(Partition replica, CompletableFuture<Void> readable) {
    if (!isLed(replica)) {
      readable.completeExceptionally(
          new IllegalStateException("this broker does not lead " + name + " any more"));
    } else if (replica.isReadable()) {
      readable.complete(null);
    }
  }

  @Override
  public CompletionStage<Long> append(long timestampMs, List<CoordinatorRecord> records) {
    CompletableFuture<Long> committed = new CompletableFuture<>();
    Partition replica = partition.get();
    if (replica == null || !isLed(replica)) {
      committed.completeExceptionally(notLed());
      return committed;
    }
    ByteBuffer bytes = encode(timestampMs, records);
    if (bytes.remaining() > replica.settings().batchRules().messageBytesMax()) {
      committed.completeExceptionally(
          new AppendFailedException(
              AppendFailedException.Outcome.TOO_LARGE,
              "a batch of %d bytes is larger than max.message.bytes of %s"
                  .formatted(bytes.remaining(), name)));
      return committed;
    }
    replica.append(
        valid(bytes, records.size(), timestampMs),
        new PendingAppend(true, outcome -> settle(outcome, committed)));
    return committed;
  }

  private boolean isLed(Partition replica) {
    return replica.isLeading() && replica.leaderEpoch() == leaderEpoch;
  }

  private AppendFailedException notLed() {
    return new AppendFailedException(
        AppendFailedException.Outcome.UNKNOWN,
        "this broker does not lead %s in epoch %d any more".formatted(name, leaderEpoch));
  }

  private static ByteBuffer encode(long timestampMs, List<CoordinatorRecord> records) {
    BatchBuilder builder = new BatchBuilder();
    for (CoordinatorRecord record : records) {
      builder.append(
          timestampMs,
          ByteBuffer.wrap(record.key()),
          record.value() == null ? null : ByteBuffer.wrap(record.value()));
    }
    return builder.build();
  }

  private static ValidBatch valid(ByteBuffer bytes, int count, long timestampMs) {
    return new ValidBatch(
        bytes,
        count,
        count - 1,
        timestampMs,
        0,
        BatchLayout.NO_PRODUCER_ID,
        (short) -1,
        BatchLayout.NO_SEQUENCE,
        (short) 0);
  }

  private void settle(AppendOutcome outcome, CompletableFuture<Long> committed) {
    switch (outcome) {
      case AppendOutcome.Stored stored -> committed.complete(stored.endOffset() - 1);
      case AppendOutcome.Refused refused
          when refused.result() instanceof AppendResult.StorageFull full ->
          committed.completeExceptionally(
              new AppendFailedException(AppendFailedException.Outcome.NOT_WRITTEN, full.message()));
      case AppendOutcome.NotLeader notLeader -> committed.completeExceptionally(notLed());
      case AppendOutcome.NotEnoughReplicas few ->
          committed.completeExceptionally(
              new AppendFailedException(
                  few.appended()
                      ? AppendFailedException.Outcome.UNKNOWN
                      : AppendFailedException.Outcome.NOT_WRITTEN,
                  name + ": too few replicas are in sync"));
      case AppendOutcome.Refused refused -> unknown(refused, committed);
      case AppendOutcome.Offline offline -> unknown(offline, committed);
      case AppendOutcome.Invalid invalid -> unknown(invalid, committed);
      case AppendOutcome.TimedOut timedOut -> unknown(timedOut, committed);
    }
  }

  private void unknown(AppendOutcome outcome, CompletableFuture<Long> committed) {
    committed.completeExceptionally(
        new AppendFailedException(AppendFailedException.Outcome.UNKNOWN, name + ": " + outcome));
  }
}

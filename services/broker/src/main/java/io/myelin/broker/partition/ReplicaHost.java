package io.myelin.broker.partition;

import io.myelin.log.PartitionLog;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A replica as the role sees it that it plays: lets {@link ReplicaWriter} do what the role wants.
 *
 * <p>Guarantee: the log is open.
 *
 * <p>Threads: confined to the shard, but for {@link #shard}.
 *
 * <p>Crash rule: the log's. Nothing here outlives the process.
 */
final class ReplicaHost implements Replication.Host {
  private final Partition partition;
  private final PartitionLog log;
  private final Flushes flushes;
  private final ProgressListeners listeners;
  private final ReplicaWriter writer;

  ReplicaHost(
      Partition partition,
      PartitionLog log,
      Flushes flushes,
      ProgressListeners listeners,
      ReplicaWriter writer) {
    this.partition = partition;
    this.log = log;
    this.flushes = flushes;
    this.listeners = listeners;
    this.writer = writer;
  }

  @Override
  public UUID topicId() {
    return partition.topicId();
  }

  @Override
  public int partition() {
    return partition.id();
  }

  @Override
  public PartitionLog log() {
    return log;
  }

  @Override
  public Executor shard() {
    return partition.shard();
  }

  @Override
  public int inSyncMin() {
    return writer.inSyncMin();
  }

  @Override
  public void advanceHighWatermark(long offset) {
    writer.advanceHighWatermark(offset);
  }

  @Override
  public void changed() {
    listeners.signal();
  }

  @Override
  public void refuseWaiting() {
    writer.refuseUncommitted(new AppendOutcome.NotEnoughReplicas(true));
  }

  @Override
  public void flush(LongConsumer durable, Consumer<Throwable> failed) {
    flushes.flush(log, durable, failed);
  }

  @Override
  public void fail(Throwable cause) {
    writer.breakDown(cause);
  }
}

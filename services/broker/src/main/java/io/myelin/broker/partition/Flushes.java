package io.myelin.broker.partition;

import io.myelin.log.PartitionLog;
import io.myelin.log.record.ValidBatch;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The flushes of a replica's log, on workers: after every {@code flush.messages} records, and
 * whenever the role asks for one.
 *
 * <p>Guarantee: what is told as durable is on the disk; of a flush that fails nobody is told so.
 *
 * <p>Threads: confined to the shard, where the outcome is told, too.
 *
 * <p>Crash rule: what was told survives a loss of power.
 */
final class Flushes {
  private final Shard shard;
  private final Executor workers;
  private long unflushedRecords;
  private boolean underWay;

  Flushes(Shard shard, Executor workers) {
    this.shard = shard;
    this.workers = workers;
  }

  void appended(List<ValidBatch> batches) {
    for (ValidBatch batch : batches) {
      unflushedRecords += batch.recordCount();
    }
  }

  /** There are records in the log of which {@link #appended} was not told. */
  void foundUnflushed() {
    unflushedRecords = 1;
  }

  /**
   * True: {@link #flush} is to be called now, and {@link #ended} afterwards. One at a time: what is
   * appended while the disk is busy is the next group.
   */
  boolean begin(long flushMessages) {
    if (underWay || unflushedRecords < flushMessages) {
      return false;
    }
    underWay = true;
    unflushedRecords = 0;
    return true;
  }

  void ended() {
    underWay = false;
  }

  /** One of the two gets on the shard how far, or why not. */
  void flush(PartitionLog log, LongConsumer onDurable, Consumer<Throwable> onFailed) {
    workers.execute(
        () -> {
          try {
            long durable = log.flush();
            shard.execute(() -> onDurable.accept(durable));
          } catch (Exception | Error e) {
            // Whoever waits must not be told that it is stored.
            shard.execute(() -> onFailed.accept(e));
          }
        });
  }
}

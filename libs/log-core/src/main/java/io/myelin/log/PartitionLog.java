package io.myelin.log;

import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One partition's log on one disk.
 *
 * <p>Guarantee: what {@link #append} reports as appended is in the page cache, contiguous, and
 * survives a crash of the process; {@link #flush} makes it survive a crash of the machine.
 *
 * <p>Threads: {@link #view}, {@link #failure} and the methods marked "worker" may be called from
 * anywhere; everything else is confined to the partition's shard.
 *
 * <p>Crash rule: what lies below {@link #recoveryPoint} survives a power loss. Behind it the log is
 * cut off at the first batch that is torn or missing; indexes are rebuilt, producer state is
 * replayed from the last snapshot.
 */
public interface PartitionLog {

  /** The latest published view. Any thread. */
  LogView view();

  /** Why this log is offline, or null. Any thread. */
  Throwable failure();

  LogConfig config();

  /** Takes effect from the next append or clean-up on. */
  void configure(LogConfig config);

  /**
   * Appends as leader, all in one gathering write: checks sequences, assigns offsets, updates
   * indexes, epochs and producer state, rolls where due, and publishes a view with the new log end
   * offset. One result per batch, in order; a batch that is refused does not hinder the following
   * ones. The high watermark does not move.
   */
  List<AppendResult> append(List<ValidBatch> batches, int leaderEpoch);

  /**
   * Appends as follower what the leader has, as it is: offsets, epochs and bytes stay, producers
   * are not asked whether they may. Otherwise like {@link #append}. The first batch begins at the
   * log end or, where the leader's log has been compacted, behind it.
   */
  List<AppendResult> appendAsFollower(ReplicatedBatches batches);

  /**
   * Moves the high watermark; never beyond the log end, ignored if lower than the present one.
   * Publishes a view.
   */
  void advanceHighWatermark(long offset);

  /**
   * Raises the log start offset (delete-records); files below go away at the next clean-up. Durable
   * with the next checkpoint.
   */
  void advanceLogStart(long offset) throws IOException;

  /** Removes everything from {@code offset} on. */
  void truncateTo(long offset) throws IOException;

  /** Empties the log; the next append gets {@code offset}. */
  void truncateFullyAndStartAt(long offset) throws IOException;

  /**
   * fsyncs up to the log end that the view had at the call and returns that offset. Worker;
   * concurrent calls share the work.
   */
  long flush() throws IOException;

  /** Everything below is on stable storage, as far as {@link #flush} has gone. Any thread. */
  long recoveryPoint();

  /**
   * Which segments recovery dropped when the log was opened and why, for a person to read; null if
   * none. Any thread.
   */
  String dropped();

  /**
   * Milliseconds since the last flush (or since the log was opened), 0 while nothing waits for one.
   * Any thread.
   */
  long unflushedForMs();

  /**
   * Deletes what retention says by now; completes with the bytes that are no longer part of the log
   * (their files go after file.delete.delay.ms). Worker, one at a time per log; looks at segments
   * there and hops to {@code shard} by itself for what belongs to the owner.
   */
  CompletionStage<Long> enforceRetention(Executor shard);

  /** Producers that this log remembers (DescribeProducers). Shard. */
  List<ProducerInfo> producers();

  /** Forgets producers that have been silent for producer.id.expiration.ms. Shard. */
  void expireProducers();

  /**
   * Flushes, writes index tails and a producer snapshot, and closes. After it a clean start needs
   * no recovery. Worker.
   */
  void close() throws IOException;

  /**
   * @param lastTimestampMs of its last batch; @param currentTransactionStart -1 if none is open
   */
  record ProducerInfo(
      long producerId,
      short epoch,
      int lastSequence,
      long lastTimestampMs,
      int coordinatorEpoch,
      long currentTransactionStart) {}
}

package io.myelin.broker.partition;

import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.ValidBatch;
import io.myelin.log.record.Verdict;
import io.myelin.metadata.PartitionImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A replica of a partition on this broker.
 *
 * <p>Guarantee: batches are stored in the order in which they were given to {@link #append}; what
 * is reported as stored is as durable as the topic's configuration asks. Until the log has been
 * opened (recovered), appends wait in the queue and readers find nothing.
 *
 * <p>Threads: everything that is not public is confined to the shard. Public methods may be called
 * from anywhere and never block.
 *
 * <p>Crash rule: the log's. Nothing here outlives the process.
 */
public final class Partition {
  private static final Logger logger = Logger.getLogger(Partition.class);

  private enum Opening {
    NOT_BEGUN,
    BEGUN,
    CANCELLED
  }

  private final String topic;
  private final UUID topicId;
  private final int id;
  private final Shard shard;
  private final Executor validators;
  private final Runnable demandOpen;
  private final Traffic.OfTopic traffic;
  private final ProgressListeners listeners = new ProgressListeners();
  private final CompletableFuture<PartitionLog> opened = new CompletableFuture<>();
  private final AtomicReference<Opening> opening = new AtomicReference<>(Opening.NOT_BEGUN);

  private volatile PartitionSettings settings;
  private volatile int leaderEpoch;
  private volatile boolean leading;
  private volatile int readableEpoch = -1;
  private volatile Consumer<Partition> assignment = fresh -> {};
  private volatile PartitionLog log;
  private volatile Throwable failure;
  private final ReplicaWriter writer;

  Partition(
      String topic,
      UUID topicId,
      int id,
      Shard shard,
      Executor workers,
      Executor validators,
      PartitionSettings settings,
      Traffic.OfTopic traffic,
      Runnable demandOpen) {
    this.topic = topic;
    this.topicId = topicId;
    this.id = id;
    this.shard = shard;
    this.validators = validators;
    this.settings = settings;
    this.traffic = traffic;
    this.demandOpen = demandOpen;
    this.writer = new ReplicaWriter(this, shard, workers, traffic, listeners);
  }

  public String topic() {
    return topic;
  }

  public UUID topicId() {
    return topicId;
  }

  public int id() {
    return id;
  }

  public PartitionSettings settings() {
    return settings;
  }

  public int leaderEpoch() {
    return leaderEpoch;
  }

  public boolean isLeading() {
    return leading;
  }

  /**
   * False: the high watermark may be lower than what a former leader has told (KIP-207), so it is
   * no answer to the question for the latest offset.
   */
  public boolean isReadable() {
    return !leading || readableEpoch == leaderEpoch;
  }

  /**
   * The shard has taken the lead in that epoch, and the watermark is as high as it has to be.
   * False: that was known.
   */
  boolean becomesReadableIn(int epoch) {
    boolean isNews = readableEpoch != epoch;
    if (isNews) {
      readableEpoch = epoch;
    }
    return isNews;
  }

  /** Why the replica is offline, or null. */
  public Throwable failure() {
    PartitionLog current = log;
    return failure != null || current == null ? failure : current.failure();
  }

  /**
   * What readers see, or null while the log is being opened (asking makes that urgent) or after it
   * failed.
   */
  public LogView view() {
    PartitionLog current = log;
    if (current == null) {
      demandOpen.run();
      return null;
    }
    return current.view();
  }

  /** Bytes of the log; 0 while it is not open. Does not make opening urgent. */
  public long logBytes() {
    PartitionLog current = log;
    return current == null ? 0 : current.view().sizeInBytes();
  }

  /** The log, once it is open. Makes opening urgent. */
  public CompletableFuture<PartitionLog> log() {
    if (log == null) {
      demandOpen.run();
    }
    return opened;
  }

  /**
   * {@code listener} is called on the shard after each change that lets readers see more, until
   * removed.
   */
  public void listen(ProgressListener listener) {
    listeners.add(listener);
  }

  public void unlisten(ProgressListener listener) {
    listeners.remove(listener);
  }

  /**
   * Queues one produce request's records. The bytes must stay as they are until {@code append}'s
   * callback.
   *
   * @param nowMs wall clock, for timestamps
   */
  public void append(ByteBuffer records, PendingAppend append, long nowMs) {
    PartitionSettings rules = settings;
    if (BatchValidator.isExpensive(records, rules.batchRules())) {
      // The place in the queue is taken now, so that the order is that of arrival whatever
      // decompression takes.
      shard.execute(new Enqueue(writer, append));
      validateElsewhere(records, append, rules, nowMs);
    } else {
      append.validated(validate(records, rules, nowMs));
      shard.execute(new Enqueue(writer, append));
    }
    if (log == null) {
      demandOpen.run();
    }
  }

  private record Enqueue(ReplicaWriter writer, PendingAppend append) implements Runnable {
    @Override
    public void run() {
      writer.enqueue(append);
    }
  }

  private void validateElsewhere(
      ByteBuffer records, PendingAppend append, PartitionSettings rules, long nowMs) {
    try {
      validators.execute(
          () -> {
            append.validated(validate(records, rules, nowMs));
            shard.execute(writer::queueHasNews);
          });
    } catch (RejectedExecutionException e) {
      // It has its place in the queue already, which must not wait for a validator in vain.
      append.validated(unchecked("the broker is stopping"));
      shard.execute(writer::queueHasNews);
    }
  }

  /** Queues batches that this broker made itself (coordinators). */
  public void append(ValidBatch batch, PendingAppend append) {
    append.validated(new Verdict.Valid(batch));
    shard.execute(new Enqueue(writer, append));
    if (log == null) {
      demandOpen.run();
    }
  }

  /** Runs {@code task} as the log's owner, once the log is open. */
  public <T> CompletableFuture<T> onShard(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    log()
        .whenComplete(
            (ready, error) ->
                shard.execute(
                    () -> {
                      if (error != null) {
                        result.completeExceptionally(error);
                        return;
                      }
                      writer.appendBefore(); // what came first is written first
                      try {
                        result.complete(task.call());
                      } catch (Exception e) {
                        result.completeExceptionally(e);
                      }
                    }));
    return result;
  }

  /**
   * Raises the log start offset and tells readers. Fails with {@link IllegalArgumentException}
   * beyond the high watermark.
   */
  public CompletableFuture<Long> deleteRecordsBefore(long offset) {
    return onShard(
        () -> {
          LogView view = log.view();
          long target = offset == -1 ? view.highWatermark() : offset;
          if (target < 0 || target > view.highWatermark()) {
            throw new IllegalArgumentException(
                "offset %d lies beyond the high watermark %d of %s-%d"
                    .formatted(target, view.highWatermark(), topic, id));
          }
          log.advanceLogStart(target);
          return log.view().logStartOffset();
        });
  }

  /** So many bytes of records were sent to a consumer. */
  public void sent(long bytes) {
    traffic.out(bytes);
  }

  void configure(PartitionSettings newSettings) {
    settings = newSettings;
    shard.execute(
        () -> {
          if (log != null) {
            log.configure(newSettings.log());
          }
          writer.configured(newSettings.inSyncMin());
        });
  }

  /** The only replica is here and leads. */
  void lead(int epoch) {
    assignment = fresh -> fresh.lead(epoch);
    leaderEpoch = epoch;
    leading = true;
    shard.execute(() -> writer.lead(epoch));
  }

  /** Appends that have not begun are refused from now on. */
  void stopLeading() {
    assignment = fresh -> {};
    leading = false;
    shard.execute(writer::stopLeading);
  }

  /**
   * One of several replicas is here, and leads or follows.
   *
   * @param inSyncMin min.insync.replicas in the image that {@code state} is from
   */
  void replicate(Replication replication, PartitionImage state, boolean leads, int inSyncMin) {
    assignment = fresh -> fresh.replicate(replication, state, leads, fresh.settings().inSyncMin());
    leaderEpoch = state.leaderEpoch();
    leading = leads;
    shard.execute(() -> writer.replicate(replication, state, leads, inSyncMin));
  }

  /** {@code fresh} becomes in its partition what this is. */
  void handOver(Partition fresh) {
    assignment.accept(fresh);
  }

  /** Runs {@code task} on the shard with what this replica is then. */
  public void withRole(Consumer<Role> task) {
    shard.execute(() -> writer.withRole(task));
  }

  /** The log, or null while it is not open. */
  PartitionLog openLog() {
    return log;
  }

  Shard shard() {
    return shard;
  }

  /** Whether the log has been opened. */
  public boolean isOpen() {
    return log != null;
  }

  /** Whether the caller opens the log now: once, and not after {@link #end}. */
  boolean beginOpening() {
    return opening.compareAndSet(Opening.NOT_BEGUN, Opening.BEGUN);
  }

  /**
   * Ends the replica: what waits is refused, and a log that is not open yet stays closed. Completes
   * on the shard when nothing is appended any more.
   */
  CompletableFuture<Void> end() {
    stopLeading();
    if (opening.compareAndSet(Opening.NOT_BEGUN, Opening.CANCELLED)) {
      onOpenFailed(new IllegalStateException("%s-%d is not here any more".formatted(topic, id)));
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    opened.whenComplete((ready, error) -> shard.execute(() -> ended.complete(null)));
    return ended;
  }

  /**
   * A worker has recovered the log. Readers will see all of it: where the topic flushes every
   * message, nothing of that may be lost any more.
   */
  void onRecovered(PartitionLog ready) throws IOException {
    if (ready.config().flushMessages() == 1
        && ready.recoveryPoint() < ready.view().logEndOffset()) {
      ready.flush();
    }
    onOpened(ready);
  }

  void onOpened(PartitionLog ready) {
    shard.execute(
        () -> {
          writer.opened(ready); // before readers see it: its watermark may move
          log = ready;
          opened.complete(ready);
          writer.queueHasNews();
          listeners.signal();
        });
  }

  void onOpenFailed(Throwable cause) {
    shard.execute(
        () -> {
          failure = cause;
          opened.completeExceptionally(cause);
          writer.queueHasNews();
          listeners.signal();
        });
  }

  /** Nobody knows what the log has: nothing is acknowledged any more. */
  void fail(Throwable cause) {
    failure = cause;
  }

  @Override
  public String toString() {
    return topic + "-" + id;
  }

  /** Of its name, so that a simulation meets partitions in the same order each time. */
  @Override
  public int hashCode() {
    return 31 * topicId.hashCode() + id;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  private Verdict validate(ByteBuffer records, PartitionSettings rules, long nowMs) {
    try {
      return BatchValidator.validate(records, rules.batchRules(), nowMs);
    } catch (RuntimeException | Error e) {
      // Without a verdict it and all behind it would wait for ever.
      logger.errorf(e, "A batch for %s-%d could not be validated", topic, id);
      return unchecked(String.valueOf(e.getMessage()));
    }
  }

  private static Verdict unchecked(String why) {
    return new Verdict.Rejected(
        Verdict.Reason.INVALID_RECORD, "The batch could not be validated: " + why, List.of());
  }
}

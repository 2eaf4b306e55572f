package io.myelin.broker.partition;

import io.myelin.log.AppendResult;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.ValidBatch;
import io.myelin.log.record.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
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
  private final Executor workers;
  private final Runnable demandOpen;
  private final Traffic.OfTopic traffic;
  private final ProgressListeners listeners = new ProgressListeners();
  private final CompletableFuture<PartitionLog> opened = new CompletableFuture<>();
  private final AtomicReference<Opening> opening = new AtomicReference<>(Opening.NOT_BEGUN);

  private volatile PartitionSettings settings;
  private volatile int leaderEpoch;
  private volatile boolean leading;
  private volatile PartitionLog log;
  private volatile Throwable failure;

  private final ArrayDeque<PendingAppend> queue = new ArrayDeque<>(0);
  private final ArrayDeque<PendingAppend> awaitingCommit = new ArrayDeque<>(0);
  private List<PendingAppend> group = List.of();
  private boolean dirty;
  private boolean flushing;
  private long unflushedRecords;

  Partition(
      String topic,
      UUID topicId,
      int id,
      Shard shard,
      Executor workers,
      PartitionSettings settings,
      Traffic.OfTopic traffic,
      Runnable demandOpen) {
    this.topic = topic;
    this.topicId = topicId;
    this.id = id;
    this.shard = shard;
    this.workers = workers;
    this.settings = settings;
    this.traffic = traffic;
    this.demandOpen = demandOpen;
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
      shard.execute(() -> enqueue(append));
      validateOnWorker(records, append, rules, nowMs);
    } else {
      append.validated(validate(records, rules, nowMs));
      shard.execute(() -> enqueue(append));
    }
    if (log == null) {
      demandOpen.run();
    }
  }

  private void validateOnWorker(
      ByteBuffer records, PendingAppend append, PartitionSettings rules, long nowMs) {
    try {
      workers.execute(
          () -> {
            append.validated(validate(records, rules, nowMs));
            shard.execute(this::queueHasNews);
          });
    } catch (RejectedExecutionException e) {
      // It has its place in the queue already, which must not wait for a validator in vain.
      append.validated(unchecked("the broker is stopping"));
      shard.execute(this::queueHasNews);
    }
  }

  /** Queues batches that this broker made itself (coordinators). */
  public void append(ValidBatch batch, PendingAppend append) {
    append.validated(new Verdict.Valid(batch));
    shard.execute(() -> enqueue(append));
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
                      if (dirty) {
                        appendQueued(); // what came first is written first
                      }
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
            if (log.config().flushMessages() != 1) {
              commitWithoutFlush(); // what waits for a flush would wait for the next append
            }
          }
        });
  }

  void lead(int epoch) {
    leaderEpoch = epoch;
    leading = true;
    shard.execute(this::queueHasNews);
  }

  /** Appends that have not begun are refused from now on. */
  void stopLeading() {
    leading = false;
    shard.execute(this::queueHasNews);
    shard.execute(listeners::signal);
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
          // The only replica: all that recovery kept is committed.
          ready.advanceHighWatermark(ready.view().logEndOffset());
          log = ready;
          opened.complete(ready);
          queueHasNews();
          listeners.signal();
        });
  }

  void onOpenFailed(Throwable cause) {
    shard.execute(
        () -> {
          failure = cause;
          opened.completeExceptionally(cause);
          queueHasNews();
          listeners.signal();
        });
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

  private void enqueue(PendingAppend append) {
    queue.add(append);
    queueHasNews();
  }

  private void queueHasNews() {
    if (!dirty && !queue.isEmpty()) {
      dirty = true;
      shard.markDirty(this);
    }
  }

  /** Appends everything at the head of the queue that is ready, in one write. Never throws. */
  void appendQueued() {
    dirty = false;
    try {
      appendReady();
    } catch (RuntimeException | Error e) {
      breakDown(e);
    }
  }

  private void appendReady() {
    if (!leading) {
      failQueue(new AppendOutcome.NotLeader());
      return;
    }
    if (failure() != null) {
      failQueue(new AppendOutcome.Offline(String.valueOf(failure().getMessage())));
      return;
    }
    if (log == null) {
      return; // onOpened comes back
    }
    group = new ArrayList<>(queue.size());
    takeReady();
    if (group.isEmpty()) {
      return;
    }
    List<ValidBatch> batches = new ArrayList<>(group.size());
    for (PendingAppend append : group) {
      batches.add(append.batch());
    }
    List<AppendResult> results = log.append(batches, leaderEpoch);
    count(batches, results);
    boolean durableFirst = log.config().flushMessages() == 1;
    if (!durableFirst) {
      log.advanceHighWatermark(log.view().logEndOffset());
    }
    for (int i = 0; i < group.size(); i++) {
      settle(group.get(i), results.get(i), durableFirst);
    }
    group = List.of();
    flushIfDue(batches);
    completeCommitted();
    listeners.signal();
  }

  private void count(List<ValidBatch> batches, List<AppendResult> results) {
    long messages = 0;
    long bytes = 0;
    for (int i = 0; i < batches.size(); i++) {
      if (results.get(i) instanceof AppendResult.Appended) {
        messages += batches.get(i).recordCount();
        bytes += batches.get(i).sizeInBytes();
      }
    }
    traffic.in(messages, bytes);
  }

  private void takeReady() {
    for (PendingAppend head = queue.peek();
        head != null && head.isValidated();
        head = queue.peek()) {
      queue.poll();
      if (!head.begin()) {
        continue; // timed out while it waited
      }
      switch (head.verdict()) {
        case Verdict.Valid valid -> group.add(head);
        case Verdict.Rejected rejected -> head.complete(new AppendOutcome.Invalid(rejected));
      }
    }
  }

  private void settle(PendingAppend append, AppendResult result, boolean durableFirst) {
    switch (result) {
      case AppendResult.Appended done ->
          stored(
              append, done.baseOffset(), done.lastOffset(), done.logAppendTimeMs(), durableFirst);
      case AppendResult.Duplicate done ->
          stored(
              append, done.baseOffset(), done.lastOffset(), done.logAppendTimeMs(), durableFirst);
      case AppendResult.OutOfOrderSequence refused ->
          append.complete(new AppendOutcome.Refused(refused));
      case AppendResult.InvalidProducerEpoch refused ->
          append.complete(new AppendOutcome.Refused(refused));
      case AppendResult.InvalidTransactionState refused ->
          append.complete(new AppendOutcome.Refused(refused));
      case AppendResult.StorageFull refused -> append.complete(new AppendOutcome.Refused(refused));
      case AppendResult.Failed failed ->
          append.complete(
              new AppendOutcome.Offline(
                  "%s-%d went offline: %s".formatted(topic, id, failed.cause().getMessage())));
    }
  }

  private void stored(
      PendingAppend append,
      long baseOffset,
      long lastOffset,
      long logAppendTimeMs,
      boolean durableFirst) {
    append.stored(
        new AppendOutcome.Stored(
            baseOffset, lastOffset + 1, logAppendTimeMs, log.view().logStartOffset()));
    if (append.awaitsCommit() || durableFirst) {
      awaitingCommit.add(append);
    } else {
      append.complete(append.stored());
    }
  }

  private void completeCommitted() {
    long highWatermark = log.view().highWatermark();
    for (PendingAppend head = awaitingCommit.peek();
        head != null && head.stored().endOffset() <= highWatermark;
        head = awaitingCommit.peek()) {
      awaitingCommit.poll();
      head.complete(head.stored());
    }
  }

  private void flushIfDue(List<ValidBatch> appended) {
    for (ValidBatch batch : appended) {
      unflushedRecords += batch.recordCount();
    }
    if (flushing || unflushedRecords < log.config().flushMessages()) {
      return;
    }
    flushing = true;
    unflushedRecords = 0;
    PartitionLog flushed = log;
    workers.execute(
        () -> {
          try {
            long durable = flushed.flush();
            shard.execute(() -> onFlushed(durable));
          } catch (Exception | Error e) {
            // The log has taken itself offline; whoever waits must not be told that it is stored.
            shard.execute(() -> onFlushFailed(e));
          }
        });
  }

  private void onFlushed(long durable) {
    flushing = false;
    try {
      if (!awaitingCommit.isEmpty()) {
        log.advanceHighWatermark(durable);
        completeCommitted();
        listeners.signal();
      }
      // What was appended while the disk was busy is the next group.
      flushIfDue(List.of());
    } catch (RuntimeException | Error e) {
      breakDown(e);
    }
  }

  private void commitWithoutFlush() {
    if (!awaitingCommit.isEmpty()) {
      log.advanceHighWatermark(log.view().logEndOffset());
      completeCommitted();
      listeners.signal();
    }
  }

  private void onFlushFailed(Throwable cause) {
    flushing = false;
    failAll(cause);
  }

  /** Nobody knows what the log has after an unexpected error: nothing is acknowledged any more. */
  private void breakDown(Throwable cause) {
    logger.errorf(cause, "%s-%d is offline after an unexpected error", topic, id);
    failure = cause;
    failAll(cause);
    listeners.signal();
  }

  private void failAll(Throwable cause) {
    AppendOutcome offline =
        new AppendOutcome.Offline(
            "%s-%d went offline: %s".formatted(topic, id, cause.getMessage()));
    group.forEach(append -> append.complete(offline));
    group = List.of();
    awaitingCommit.forEach(append -> append.complete(offline));
    awaitingCommit.clear();
    failQueue(offline);
  }

  private void failQueue(AppendOutcome outcome) {
    // One that is still with a validator holds its bytes: it and those behind it fail when it comes
    // back.
    for (PendingAppend head = queue.peek();
        head != null && head.isValidated();
        head = queue.peek()) {
      queue.poll();
      if (head.begin()) {
        head.complete(outcome);
      }
    }
  }
}

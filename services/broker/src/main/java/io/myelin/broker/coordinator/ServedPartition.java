package io.myelin.broker.coordinator;

import io.myelin.broker.coordinator.CoordinatorUnavailable.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.pcollections.HashTreePMap;

/**
 * One partition of a coordinator's topic under one leadership of this broker: loading, then active;
 * dropped for a while when the log fails, then loading again; gone for ever in the end (a new
 * leadership is a new object).
 *
 * <p>Decisions are made on the newest state, committed or not. At most one append is under way;
 * what is decided meanwhile waits and goes into the next one. So when an append is refused, nothing
 * that built on it has reached the log, and the partition returns to its committed snapshot.
 *
 * <p>Everything but {@link #execute} is confined to the partition's serial executor.
 */
final class ServedPartition<S, Q, K> {
  private static final Logger LOG = Logger.getLogger(ServedPartition.class);

  // Half of max.message.bytes' default: leaves room for what a batch adds to its records.
  private static final int BATCH_BYTES_MAX = 512 * 1024;
  // Per partition: a log that has stopped committing must not fill the heap with decisions.
  private static final long WAITING_BYTES_MAX = 16L * 1024 * 1024;
  // What a decision without records costs: a heartbeat that waits is not free.
  private static final int DECISION_BYTES = 256;
  // From a hiccup to a log that stays broken; reset by a load that succeeds and a commit after it.
  private static final long RELOAD_DELAY_MS_MIN = 1_000;
  private static final long RELOAD_DELAY_MS_MAX = 30_000;

  private final int partition;
  private final CoordinatorShard<S, Q, K> shard;
  private final CoordinatorLog log;
  private final RuntimeContext context;
  private final Executor executor;
  private final LoadSummary summary;
  private final PartitionTimers<K> timers;

  private Phase phase = Phase.LOADING;

  /** Immutable, so that meters may look at it from anywhere; null while dropped. */
  private volatile Snapshot<S, K> committed;

  private Snapshot<S, K> head;
  private final Deque<Decided<S, K>> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int appending;
  private long appendsStarted;
  private int batchBytesMax = BATCH_BYTES_MAX;
  // In the order of arrival, so that a simulated run can be repeated.
  private final Set<Answer<?>> open = new LinkedHashSet<>();
  private long reloadDelayMs = RELOAD_DELAY_MS_MIN;

  private enum Phase {
    LOADING,
    ACTIVE,
    DROPPED,
    GONE
  }

  /**
   * A decision that waits for its commit. {@code own} is the answer of the request; may be null.
   */
  private record Decided<S, K>(Answer<?> own, Decision<S, K> decision, Snapshot<S, K> after) {
    int bytes() {
      int sum = DECISION_BYTES;
      for (CoordinatorRecord record : decision.records()) {
        sum += record.sizeBytes();
      }
      return sum;
    }

    boolean hasRecords() {
      return !decision.records().isEmpty();
    }
  }

  /**
   * @param executor serial; may be shared with other partitions
   */
  ServedPartition(
      int partition,
      CoordinatorShard<S, Q, K> shard,
      CoordinatorLog log,
      RuntimeContext context,
      Executor executor,
      LoadSummary summary) {
    this.partition = partition;
    this.shard = shard;
    this.log = log;
    this.context = context;
    this.executor = executor;
    this.summary = summary;
    this.timers = new PartitionTimers<>(context.clock(), context.scheduler(), this::timerWentOff);
    this.committed = new Snapshot<>(shard.empty(), HashTreePMap.empty());
    this.head = committed;
  }

  /** Any thread: {@code step} runs on the partition's thread, after all that were given before. */
  void execute(Runnable step) {
    executor.execute(step);
  }

  // Loading and letting go

  /** The summary knows already that it is under way. */
  void load() {
    Loading<S> loading = new Loading<>(shard.empty());
    log.load((offset, record) -> loading.add(shard, offset, record, context.clock().wallMs()))
        .whenComplete((done, failure) -> execute(() -> loaded(loading, failure)));
  }

  private static final class Loading<S> {
    private S state;
    private long records;

    Loading(S state) {
      this.state = state;
    }

    <Q, K> void add(CoordinatorShard<S, Q, K> shard, long offset, CoordinatorRecord r, long nowMs) {
      try {
        state = shard.replay(state, r, nowMs);
        records++;
      } catch (CorruptRecordException e) {
        throw new CorruptRecordException("offset " + offset + ": " + e.getMessage(), e);
      }
    }
  }

  private void loaded(Loading<S> loading, Throwable failure) {
    if (failure == null) {
      summary.loaded(partition, loading.records);
    } else {
      summary.failed();
    }
    if (phase != Phase.LOADING) {
      return;
    }
    if (failure != null) {
      LOG.errorf(failure, "%s-%d cannot be loaded, and is not served", context.name(), partition);
      drop("it could not be loaded");
      if (!(cause(failure) instanceof CorruptRecordException)) {
        reloadLater();
      }
      return;
    }
    phase = Phase.ACTIVE;
    committed = new Snapshot<>(loading.state, HashTreePMap.empty());
    head = committed;
    decided(null, shard.loaded(head.state(), context.clock().wallMs()));
  }

  /** The partition is served no more: everybody who waits is told so. */
  void letGo(String why) {
    drop(why);
    phase = Phase.GONE;
  }

  private void drop(String why) {
    phase = Phase.DROPPED;
    timers.cancelAll();
    waiting.clear();
    waitingBytes = 0;
    appending = 0;
    CoordinatorUnavailable gone = notCoordinator(why);
    List<Answer<?>> unanswered = List.copyOf(open);
    open.clear();
    unanswered.forEach(answer -> answer.fail(gone));
    head = null;
    committed = null;
  }

  private void reloadLater() {
    context.scheduler().after(reloadDelayMs, () -> execute(this::reload));
    reloadDelayMs = Math.min(2 * reloadDelayMs, RELOAD_DELAY_MS_MAX);
  }

  private void reload() {
    if (phase == Phase.DROPPED) {
      phase = Phase.LOADING;
      summary.started();
      load();
    }
  }

  private CoordinatorUnavailable notCoordinator(String why) {
    return new CoordinatorUnavailable(
        Reason.NOT_COORDINATOR, context.name() + "-" + partition + " is not served here: " + why);
  }

  // Events

  void request(Q request, Answer<?> answer) {
    switch (phase) {
      case LOADING ->
          answer.fail(
              new CoordinatorUnavailable(
                  Reason.LOADING, context.name() + "-" + partition + " is being loaded"));
      case DROPPED -> answer.fail(notCoordinator("its log has failed"));
      case GONE -> answer.fail(notCoordinator("this broker has stopped leading it"));
      case ACTIVE -> {
        if (waitingBytes > WAITING_BYTES_MAX) {
          answer.fail(notWritten("the log is behind by " + waitingBytes + " bytes"));
          return;
        }
        Decision<S, K> decision;
        try {
          decision = shard.decide(head.state(), request, context.clock().wallMs());
        } catch (RuntimeException e) {
          LOG.errorf(e, "%s-%d: no decision on %s", context.name(), partition, request);
          answer.fail(new CoordinatorUnavailable(Reason.FAILED, e.toString()));
          return;
        }
        open.add(answer);
        decided(answer, decision);
      }
    }
  }

  private void timerWentOff(K key, PartitionTimers.Armed armed) {
    execute(
        () -> {
          if (phase == Phase.ACTIVE && timers.disarm(key, armed)) {
            head = head.withoutTimer(key);
            Decision<S, K> decision;
            try {
              decision = shard.expired(head.state(), key, context.clock().wallMs());
            } catch (RuntimeException e) {
              LOG.errorf(e, "%s-%d: no decision on %s", context.name(), partition, key);
              return;
            }
            decided(null, decision);
          }
        });
  }

  private void decided(Answer<?> own, Decision<S, K> decision) {
    head = head.after(decision, context.clock().monotonicNs());
    timers.apply(decision.timers());
    Decided<S, K> entry = new Decided<>(own, decision, head);
    waiting.add(entry);
    waitingBytes += entry.bytes();
    advance();
  }

  // Appends and commits

  private void advance() {
    if (appending > 0) {
      return;
    }
    while (!waiting.isEmpty() && !waiting.peek().hasRecords()) {
      release(waiting.remove());
    }
    if (waiting.isEmpty()) {
      return;
    }
    List<CoordinatorRecord> batch = new ArrayList<>();
    int bytes = 0;
    for (Decided<S, K> entry : waiting) {
      bytes += entry.bytes();
      if (appending > 0 && bytes > batchBytesMax) {
        break;
      }
      batch.addAll(entry.decision().records());
      appending++;
    }
    long attempt = ++appendsStarted;
    watch(attempt);
    log.append(context.clock().wallMs(), batch)
        .whenComplete((offset, failure) -> execute(() -> appended(attempt, failure)));
  }

  private void appended(long attempt, Throwable failure) {
    if (phase != Phase.ACTIVE || attempt != appendsStarted) {
      return;
    }
    if (failure == null) {
      reloadDelayMs = RELOAD_DELAY_MS_MIN;
      int count = appending;
      appending = 0;
      for (int i = 0; i < count; i++) {
        release(waiting.remove());
      }
      advance();
      return;
    }
    switch (outcome(failure)) {
      case NOT_WRITTEN -> revert(notWritten(failure.getMessage()));
      case TOO_LARGE -> {
        if (appending == 1) {
          revert(new CoordinatorUnavailable(Reason.TOO_LARGE, failure.getMessage()));
        } else {
          batchBytesMax = 1; // The topic allows less than we thought: one decision per batch.
          revert(notWritten(failure.getMessage()));
        }
      }
      case UNKNOWN -> {
        LOG.warnf(failure, "%s-%d is dropped after an append", context.name(), partition);
        drop(failure.getMessage());
        reloadLater();
      }
    }
  }

  private static AppendFailedException.Outcome outcome(Throwable failure) {
    return cause(failure) instanceof AppendFailedException append
        ? append.outcome()
        : AppendFailedException.Outcome.UNKNOWN;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void release(Decided<S, K> entry) {
    committed = entry.after();
    waitingBytes -= entry.bytes();
    for (Reply<?> reply : entry.decision().replies()) {
      open.remove(reply.to());
      reply.send();
    }
  }

  /**
   * Nothing of what waits has happened. Requests that waited fail; answers that were only named by
   * the lost decisions (a member's join, parked earlier) are open again, as the snapshot says.
   */
  private void revert(CoordinatorUnavailable why) {
    LOG.warnf(
        "%s-%d: %d decisions are undone: %s",
        context.name(), partition, waiting.size(), why.getMessage());
    List<Decided<S, K>> undone = new ArrayList<>(waiting);
    int refused = appending;
    waiting.clear();
    waitingBytes = 0;
    appending = 0;
    head = committed;
    timers.restore(head.deadlinesNs());
    CoordinatorUnavailable others =
        why.reason() == Reason.NOT_WRITTEN ? why : notWritten(why.getMessage());
    for (int i = 0; i < undone.size(); i++) {
      Answer<?> own = undone.get(i).own();
      if (own != null) {
        open.remove(own);
        own.fail(i < refused ? why : others);
      }
    }
  }

  private CoordinatorUnavailable notWritten(String why) {
    return new CoordinatorUnavailable(
        Reason.NOT_WRITTEN, context.name() + "-" + partition + " could not be written: " + why);
  }

  /** Who waits for a commit is not kept waiting longer than the timeout; the append goes on. */
  private void watch(long attempt) {
    context
        .scheduler()
        .after(context.commitTimeoutMs(), () -> execute(() -> appendIsLate(attempt)));
  }

  private void appendIsLate(long attempt) {
    if (phase != Phase.ACTIVE || attempt != appendsStarted || appending == 0) {
      return;
    }
    CoordinatorUnavailable late =
        new CoordinatorUnavailable(
            Reason.TIMED_OUT,
            context.name()
                + "-"
                + partition
                + " did not commit within "
                + context.commitTimeoutMs()
                + " ms");
    for (Decided<S, K> entry : waiting) {
      for (Reply<?> reply : entry.decision().replies()) {
        open.remove(reply.to());
        reply.fail(late);
      }
    }
    watch(attempt);
  }

  // For tests

  Snapshot<S, K> committed() {
    return committed;
  }

  boolean isQuiet() {
    return phase == Phase.ACTIVE && waiting.isEmpty();
  }

  Set<K> armedTimers() {
    return timers.keys();
  }

  int openAnswers() {
    return open.size();
  }
}

package io.myelin.broker.partition;

import io.myelin.env.DiskFullException;
import io.myelin.log.AppendResult;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.ValidBatch;
import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;

/**
 * What the shard does for a replica: it appends what is queued, in its role, and answers when that
 * is as safe as was asked for. Confined to the shard.
 *
 * <p>Nothing is acknowledged any more after an error that leaves open what the log has.
 */
final class ReplicaWriter {
  private static final Logger logger = Logger.getLogger(ReplicaWriter.class);

  private final Partition partition;
  private final Shard shard;
  private final Executor workers;
  private final Traffic.OfTopic traffic;
  private final ProgressListeners listeners;
  private final AppendQueue queue = new AppendQueue();
  private final CommitWaiters uncommitted = new CommitWaiters();
  private final CommitWaiters unflushed = new CommitWaiters();
  private List<PendingAppend> group = List.of();
  private Role role = Role.NONE;

  /** What the metadata said before the log was open. */
  private Runnable firstRole;

  private long storedEnd;

  /** Of the only replica: up to here a former leader may have told of a watermark. */
  private long soleFrom;

  /** Comes with the metadata, in their order; {@link Partition#settings} may be ahead of it. */
  private int inSyncMin;

  private boolean dirty;
  private boolean flushing;
  private long unflushedRecords;

  /** Once for good is enough: what fails in doing so must not try it again. */
  private boolean handedOver;

  private boolean saidOffline;
  private PartitionLog log;

  ReplicaWriter(
      Partition partition,
      Shard shard,
      Executor workers,
      Traffic.OfTopic traffic,
      ProgressListeners listeners) {
    this.partition = partition;
    this.shard = shard;
    this.workers = workers;
    this.traffic = traffic;
    this.listeners = listeners;
  }

  /** What throws takes this replica offline. */
  void withRole(Consumer<Role> task) {
    try {
      task.accept(role);
    } catch (RuntimeException | Error e) {
      breakDown(e);
    }
  }

  void opened(PartitionLog ready) {
    log = ready;
    storedEnd = ready.view().logEndOffset();
    soleFrom = storedEnd;
    if (firstRole != null) {
      firstRole.run();
    }
    hasStored(storedEnd); // the only replica: all that recovery kept is committed
  }

  void configured(int newInSyncMin) {
    inSyncMin = newInSyncMin;
    withRole(
        now -> {
          if (now instanceof Role.Leader leader) {
            leader.configured();
          }
        });
    if (log != null && !flushesFirst()) {
      commitWithoutFlush(); // what waits for a flush would wait for the next append
    }
  }

  void lead(int epoch) {
    if (role instanceof Role.Sole) {
      role = new Role.Sole(epoch);
      tellIfReadable();
      queueHasNews();
    } else {
      become(new Role.Sole(epoch));
    }
  }

  void stopLeading() {
    if (role instanceof Role.Sole) {
      queueHasNews(); // what is in the log is still answered when it is stored
      listeners.signal();
    } else {
      become(Role.NONE);
    }
  }

  void replicate(Replication replication, PartitionImage state, boolean leads, int newInSyncMin) {
    inSyncMin = newInSyncMin;
    if (log == null) {
      firstRole = () -> play(replication, state, leads);
    } else {
      withRole(former -> play(replication, state, leads));
    }
  }

  private void play(Replication replication, PartitionImage state, boolean leads) {
    if (partition.failure() != null) {
      return;
    }
    if (leads) {
      if (role instanceof Role.Leader leader && leader.epoch() == state.leaderEpoch()) {
        leader.changed(state);
      } else {
        become(replication.lead(new AsHost(), state));
      }
    } else if (role instanceof Role.Follower follower) {
      follower.changed(state);
    } else {
      become(replication.follow(new AsHost(), state));
    }
  }

  private void become(Role next) {
    Role former = role;
    role = next;
    firstRole = null;
    switch (former) {
      case Role.Leader leader -> leader.end();
      case Role.Follower follower -> {
        follower.end();
        storedEnd = storedByNow();
      }
      case Role.Sole sole -> {}
      case Role.None none -> {}
    }
    if (next instanceof Role.None || next instanceof Role.Follower) {
      // Whoever leads now decides what becomes of them.
      uncommitted.refuse(new AppendOutcome.NotLeader());
    }
    if (log != null) {
      soleFrom = log.view().logEndOffset();
      hasStored(storedEnd);
      flushWhatIsMissing();
      completeWaiting(); // what waited for others does not, if there are none any more
    }
    tellIfReadable();
    queueHasNews();
    listeners.signal();
  }

  private long storedByNow() {
    return flushesFirst() ? log.recoveryPoint() : log.view().logEndOffset();
  }

  private boolean flushesFirst() {
    return log.config().flushMessages() == 1;
  }

  /** What came as a follower has to be on the disk before it counts as the leader's. */
  private void flushWhatIsMissing() {
    if (leads() && flushesFirst() && storedEnd < log.view().logEndOffset()) {
      unflushedRecords = 1;
      flushIfDue(List.of());
    }
  }

  private boolean leads() {
    return role instanceof Role.Leader || role instanceof Role.Sole;
  }

  private void tellIfReadable() {
    switch (role) {
      case Role.Sole sole -> {
        if (log != null && log.view().highWatermark() >= soleFrom) {
          readableIn(sole.epoch());
        }
      }
      case Role.Leader leader -> {
        if (leader.isReadable()) {
          readableIn(leader.epoch());
        }
      }
      case Role.None none -> {}
      case Role.Follower follower -> {}
    }
  }

  /** Who waits for that, a coordinator that loads, may otherwise hear of nothing for long. */
  private void readableIn(int epoch) {
    if (partition.becomesReadableIn(epoch)) {
      listeners.signal();
    }
  }

  void enqueue(PendingAppend append) {
    queue.add(append);
    queueHasNews();
  }

  void queueHasNews() {
    if (!dirty && !queue.isEmpty()) {
      dirty = true;
      shard.markDirty(this);
    }
  }

  /** Appends what is queued, if that has not been done yet. */
  void appendBefore() {
    if (dirty) {
      appendQueued();
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
    if (!partition.isLeading()) {
      queue.refuse(new AppendOutcome.NotLeader());
      return;
    }
    if (partition.failure() != null) {
      sayOffline(partition.failure());
      queue.refuse(new AppendOutcome.Offline(String.valueOf(partition.failure().getMessage())));
      return;
    }
    if (log == null) {
      return; // opened comes back
    }
    switch (role) {
      case Role.Sole sole -> append(queue.takeReady(), sole.epoch());
      case Role.Leader leader -> append(acceptable(leader), leader.epoch());
      case Role.None none -> {} // become comes back
      case Role.Follower follower -> {}
    }
  }

  private List<PendingAppend> acceptable(Role.Leader leader) {
    List<PendingAppend> ready = queue.takeReady();
    if (!leader.acceptsAcksAll()) {
      ready.removeIf(
          append -> {
            if (append.awaitsCommit()) {
              append.complete(new AppendOutcome.NotEnoughReplicas(false));
            }
            return append.awaitsCommit();
          });
    }
    return ready;
  }

  private void append(List<PendingAppend> ready, int epoch) {
    group = ready;
    if (group.isEmpty()) {
      return;
    }
    List<ValidBatch> batches = new ArrayList<>(group.size());
    for (PendingAppend append : group) {
      batches.add(append.batch());
    }
    List<AppendResult> results = log.append(batches, epoch);
    count(batches, results);
    boolean durableFirst = flushesFirst();
    if (!durableFirst) {
      hasStored(log.view().logEndOffset());
    } else if (role instanceof Role.Leader leader) {
      leader.appended(log.view().logEndOffset(), storedEnd);
    }
    for (int i = 0; i < group.size(); i++) {
      settle(group.get(i), results.get(i), durableFirst);
    }
    group = List.of();
    flushIfDue(batches);
    completeWaiting();
    listeners.signal();
  }

  /** This replica itself has everything below {@code end}, as durably as the topic asks. */
  private void hasStored(long end) {
    storedEnd = Math.max(storedEnd, end);
    switch (role) {
      case Role.Sole sole -> {
        log.advanceHighWatermark(end);
        tellIfReadable();
      }
      case Role.Leader leader -> leader.appended(log.view().logEndOffset(), storedEnd);
      case Role.None none -> {}
      case Role.Follower follower -> {}
    }
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
      case AppendResult.StorageFull refused -> {
        append.complete(new AppendOutcome.Refused(refused));
        handOver(false);
      }
      case AppendResult.Failed failed -> {
        sayOffline(failed.cause());
        append.complete(
            new AppendOutcome.Offline(
                "%s went offline: %s".formatted(partition, failed.cause().getMessage())));
        handOver(true);
      }
    }
  }

  private void handOver(boolean forGood) {
    if (role instanceof Role.Leader leader && !handedOver) {
      handedOver = forGood;
      leader.cannotStore(forGood);
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
    if (append.awaitsCommit()) {
      uncommitted.add(append);
    } else if (durableFirst) {
      unflushed.add(append);
    } else {
      append.complete(append.stored());
    }
  }

  private void completeWaiting() {
    uncommitted.complete(log.view().highWatermark());
    unflushed.complete(storedEnd);
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
    flush(this::onFlushed, this::onFlushFailed);
  }

  private void flush(LongConsumer onDurable, Consumer<Throwable> onFailed) {
    PartitionLog flushed = log;
    workers.execute(
        () -> {
          try {
            long durable = flushed.flush();
            shard.execute(() -> onDurable.accept(durable));
          } catch (Exception | Error e) {
            // Whoever waits must not be told that it is stored.
            shard.execute(() -> onFailed.accept(e));
          }
        });
  }

  private void onFlushed(long durable) {
    flushing = false;
    try {
      if (somebodyWaits() || leads()) {
        hasStored(durable);
        completeWaiting();
        listeners.signal();
      }
      // What was appended while the disk was busy is the next group.
      flushIfDue(List.of());
    } catch (RuntimeException | Error e) {
      breakDown(e);
    }
  }

  private boolean somebodyWaits() {
    return !uncommitted.isEmpty() || !unflushed.isEmpty();
  }

  private void commitWithoutFlush() {
    if (somebodyWaits()) {
      hasStored(log.view().logEndOffset());
      completeWaiting();
      listeners.signal();
    }
  }

  private void onFlushFailed(Throwable cause) {
    flushing = false;
    if (cause instanceof DiskFullException) {
      // The log has it all, and the next flush may have room for what belongs to it: so it is not
      // refused as one that was not appended.
      refuseWaiting(
          new AppendOutcome.Offline(
              "No room to flush %s: %s".formatted(partition, cause.getMessage())));
      handOver(false);
    } else {
      failAll(cause); // the log has taken itself offline
    }
  }

  /** Nobody knows what the log has after an unexpected error: nothing is acknowledged any more. */
  private void breakDown(Throwable cause) {
    logger.errorf(cause, "%s is offline after an unexpected error", partition);
    saidOffline = true;
    partition.fail(cause);
    failAll(cause);
    listeners.signal();
  }

  private void failAll(Throwable cause) {
    sayOffline(cause);
    AppendOutcome offline =
        new AppendOutcome.Offline("%s went offline: %s".formatted(partition, cause.getMessage()));
    group.forEach(append -> append.complete(offline));
    group = List.of();
    refuseWaiting(offline);
    queue.refuse(offline);
    handOver(true);
  }

  /** Once, and not of a log that is only closed. Opening says itself what keeps it from a log. */
  private void sayOffline(Throwable cause) {
    if (!saidOffline && log != null && log.failure() != null) {
      saidOffline = true;
      logger.errorf(
          "%s is offline until the next start: %s. Mend its log directory, and start again.",
          partition, cause);
    }
  }

  private void refuseWaiting(AppendOutcome refusal) {
    uncommitted.refuse(refusal);
    unflushed.refuse(refusal);
  }

  /** What the role does here. */
  private final class AsHost implements Replication.Host {
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
      return shard;
    }

    @Override
    public int inSyncMin() {
      return inSyncMin;
    }

    @Override
    public void advanceHighWatermark(long offset) {
      log.advanceHighWatermark(offset);
      tellIfReadable();
      completeWaiting();
      listeners.signal();
    }

    @Override
    public void changed() {
      listeners.signal();
    }

    @Override
    public void refuseWaiting() {
      uncommitted.refuse(new AppendOutcome.NotEnoughReplicas(true));
    }

    @Override
    public void flush(LongConsumer durable, Consumer<Throwable> failed) {
      ReplicaWriter.this.flush(durable, failed);
    }

    @Override
    public void fail(Throwable cause) {
      breakDown(cause);
    }
  }
}

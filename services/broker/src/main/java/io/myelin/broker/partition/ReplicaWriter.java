package io.myelin.broker.partition;

import io.myelin.env.DiskFullException;
import io.myelin.log.AppendResult;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.ValidBatch;
import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What the shard does for a replica: it appends what is queued, in its role, and answers when that
 * is as safe as was asked for.
 *
 * <p>Guarantee: nothing is acknowledged any more after an error that leaves open what the log has.
 *
 * <p>Threads: confined to the shard.
 *
 * <p>Crash rule: the log's. Nothing here outlives the process.
 */
final class ReplicaWriter {
  private static final Logger logger = Logger.getLogger(ReplicaWriter.class);

  private final Partition partition;
  private final Shard shard;
  private final Traffic.OfTopic traffic;
  private final ProgressListeners listeners;
  private final Readability readability;
  private final Flushes flushes;
  private final AppendQueue queue = new AppendQueue();
  private final StoredAppends waiting = new StoredAppends();
  private List<PendingAppend> group = List.of();
  private Role role = Role.NONE;

  /** What the metadata said before the log was open. */
  private Runnable firstRole;

  private long storedEnd;

  /** Comes with the metadata, in their order; {@link Partition#settings} may be ahead of it. */
  private int inSyncMin;

  private boolean dirty;

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
    this.traffic = traffic;
    this.listeners = listeners;
    this.readability = new Readability(partition, listeners);
    this.flushes = new Flushes(shard, workers);
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
    readability.beginsWith(storedEnd);
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
      readability.look(role, log);
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
        become(replication.lead(host(), state));
      }
    } else if (role instanceof Role.Follower follower) {
      follower.changed(state);
    } else {
      become(replication.follow(host(), state));
    }
  }

  private ReplicaHost host() {
    return new ReplicaHost(partition, log, flushes, listeners, this);
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
      waiting.refuseUncommitted(new AppendOutcome.NotLeader());
    }
    if (log != null) {
      readability.beginsWith(log.view().logEndOffset());
      hasStored(storedEnd);
      flushWhatIsMissing();
      completeWaiting(); // what waited for others does not, if there are none any more
    }
    readability.look(role, log);
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
      flushes.foundUnflushed();
      flushIfDue();
    }
  }

  private boolean leads() {
    return role instanceof Role.Leader || role instanceof Role.Sole;
  }

  int inSyncMin() {
    return inSyncMin;
  }

  /** What has been stored by as many replicas as it takes. */
  void advanceHighWatermark(long offset) {
    log.advanceHighWatermark(offset);
    readability.look(role, log);
    completeWaiting();
    listeners.signal();
  }

  void refuseUncommitted(AppendOutcome refusal) {
    waiting.refuseUncommitted(refusal);
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
    traffic.in(batches, results);
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
    flushes.appended(batches);
    flushIfDue();
    completeWaiting();
    listeners.signal();
  }

  /** This replica itself has everything below {@code end}, as durably as the topic asks. */
  private void hasStored(long end) {
    storedEnd = Math.max(storedEnd, end);
    switch (role) {
      case Role.Sole sole -> {
        log.advanceHighWatermark(end);
        readability.look(role, log);
      }
      case Role.Leader leader -> leader.appended(log.view().logEndOffset(), storedEnd);
      case Role.None none -> {}
      case Role.Follower follower -> {}
    }
  }

  private void settle(PendingAppend append, AppendResult result, boolean durableFirst) {
    switch (result) {
      case AppendResult.Appended done -> {
        append.stored(storedAt(done.baseOffset(), done.lastOffset(), done.logAppendTimeMs()));
        waiting.add(append, durableFirst);
      }
      case AppendResult.Duplicate done -> {
        append.stored(storedAt(done.baseOffset(), done.lastOffset(), done.logAppendTimeMs()));
        waiting.add(append, durableFirst);
      }
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

  private AppendOutcome.Stored storedAt(long baseOffset, long lastOffset, long logAppendTimeMs) {
    return new AppendOutcome.Stored(
        baseOffset, lastOffset + 1, logAppendTimeMs, log.view().logStartOffset());
  }

  private void handOver(boolean forGood) {
    if (role instanceof Role.Leader leader && !handedOver) {
      handedOver = forGood;
      leader.cannotStore(forGood);
    }
  }

  private void completeWaiting() {
    waiting.complete(log.view().highWatermark(), storedEnd);
  }

  private void flushIfDue() {
    if (flushes.begin(log.config().flushMessages())) {
      flushes.flush(log, this::onFlushed, this::onFlushFailed);
    }
  }

  private void onFlushed(long durable) {
    flushes.ended();
    try {
      if (!waiting.isEmpty() || leads()) {
        hasStored(durable);
        completeWaiting();
        listeners.signal();
      }
      flushIfDue(); // what was appended while the disk was busy
    } catch (RuntimeException | Error e) {
      breakDown(e);
    }
  }

  private void commitWithoutFlush() {
    if (!waiting.isEmpty()) {
      hasStored(log.view().logEndOffset());
      completeWaiting();
      listeners.signal();
    }
  }

  private void onFlushFailed(Throwable cause) {
    flushes.ended();
    if (cause instanceof DiskFullException) {
      // The log has it all, and the next flush may have room for what belongs to it: so it is not
      // refused as one that was not appended.
      waiting.refuse(
          new AppendOutcome.Offline(
              "No room to flush %s: %s".formatted(partition, cause.getMessage())));
      handOver(false);
    } else {
      failAll(cause); // the log has taken itself offline
    }
  }

  /** Nobody knows what the log has after an unexpected error: nothing is acknowledged any more. */
  void breakDown(Throwable cause) {
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
    waiting.refuse(offline);
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
}

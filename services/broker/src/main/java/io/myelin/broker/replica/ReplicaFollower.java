package io.myelin.broker.replica;

import io.myelin.broker.partition.Replication.Host;
import io.myelin.broker.partition.Role;
import io.myelin.env.DiskFullException;
import io.myelin.log.AppendResult;
import io.myelin.log.LogView;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import io.myelin.metadata.PartitionImage;
import io.myelin.replication.FollowerEffect;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.FollowerEvent;
import io.myelin.replication.FollowerReplica;
import java.io.IOException;
import java.util.List;

/** A partition's follower: carries out what {@link FollowerReplica} decides. */
final class ReplicaFollower implements Role.Follower {
  private final ReplicaNode node;
  private final Host host;
  private final ReplicaKey key;
  private final FollowerReplica replica;
  private ReplicatedBatches received;
  private boolean flushing;
  private long openedWithEpoch;

  /** Grows with each cut: what a flush that began before has flushed may be gone. */
  private int cuts;

  ReplicaFollower(ReplicaNode node, Host host, PartitionImage state) {
    this.node = node;
    this.host = host;
    this.key = new ReplicaKey(host.topicId(), host.partition());
    LogView view = host.log().view();
    replica =
        new FollowerReplica(
            view.logStartOffset(),
            view.logEndOffset(),
            storedEnd(),
            view.highWatermark(),
            node.nextSessions());
    changed(state);
  }

  @Override
  public void changed(PartitionImage state) {
    decide(
        new FollowerEvent.Led(
            node.isLeaving() ? PartitionImage.NO_LEADER : state.leader(),
            state.leaderEpoch(),
            state.inSync().contains(node.brokerId())));
  }

  @Override
  public void end() {
    decide(new FollowerEvent.Ended());
  }

  /** This broker has another epoch. */
  void registeredAnew() {
    if (openedWithEpoch != node.brokerEpoch()) {
      decide(new FollowerEvent.RegisteredAnew());
    }
  }

  void disconnected(int leader, Lane lane) {
    if (replica.lane() == lane) {
      decide(new FollowerEvent.Disconnected(leader));
    }
  }

  /**
   * @param batches the checked records, null if {@code says} has none
   */
  void on(LeaderSays says, ReplicatedBatches batches) {
    switch (says) {
      case LeaderSays.Admitted admitted ->
          decide(
              new FollowerEvent.Admitted(
                  admitted.session(), admitted.startOffset(), admitted.logStartOffset()));
      case LeaderSays.TurnedAway away -> decide(new FollowerEvent.TurnedAway(away.session()));
      case LeaderSays.Records records -> {
        received = batches;
        decide(
            new FollowerEvent.Received(
                records.session(),
                records.leaderEpoch(),
                records.fromOffset(),
                batches.endOffset(),
                records.highWatermark(),
                records.logStartOffset()));
        received = null;
      }
      case LeaderSays.Progress progress ->
          decide(
              new FollowerEvent.Progressed(
                  progress.session(),
                  progress.leaderEpoch(),
                  progress.highWatermark(),
                  progress.logStartOffset()));
    }
  }

  private void decide(FollowerEvent event) {
    for (FollowerEffect effect : replica.decide(event)) {
      try {
        carryOut(effect);
      } catch (IOException e) {
        fail(e);
        return;
      }
    }
  }

  private void carryOut(FollowerEffect effect) throws IOException {
    switch (effect) {
      case FollowerEffect.Open open -> open(open);
      case FollowerEffect.Close close ->
          say(
              close.leader(),
              close.lane(),
              new FollowerSays.Close(close.session(), close.cannotStore()));
      case FollowerEffect.RetryLater retry -> node.later(() -> retry(retry.session()));
      case FollowerEffect.RetryWithRoom retry ->
          node.whenThereMayBeRoom(() -> retry(retry.session()));
      case FollowerEffect.Truncate truncate -> {
        host.log().truncateTo(truncate.offset());
        cut();
      }
      case FollowerEffect.StartAt start -> {
        host.log().truncateFullyAndStartAt(start.offset());
        cut();
      }
      case FollowerEffect.Write write -> write();
      case FollowerEffect.Acknowledge ack ->
          say(ack.leader(), ack.lane(), new FollowerSays.Ack(ack.session(), ack.offset()));
      case FollowerEffect.AdvanceHighWatermark advance -> {
        host.log().advanceHighWatermark(advance.offset());
        host.changed();
      }
      case FollowerEffect.AdvanceLogStart advance -> host.log().advanceLogStart(advance.offset());
    }
  }

  private void open(FollowerEffect.Open open) {
    openedWithEpoch = node.brokerEpoch();
    say(
        open.leader(),
        open.lane(),
        new FollowerSays.Open(
            open.session(), openedWithEpoch, open.leaderEpoch(), ReplicaLeader.lineage(host)));
    settle(); // what another role has left, or a flush that found no room
  }

  private void retry(long session) {
    host.shard().execute(() -> decide(new FollowerEvent.Retry(session)));
  }

  private void cut() {
    cuts++;
    LogView view = host.log().view();
    decide(new FollowerEvent.Cut(view.logStartOffset(), view.logEndOffset()));
  }

  private void write() throws IOException {
    LogView view = host.log().view();
    long start = view.logStartOffset();
    boolean inFirstBatch = received.baseOffset() < view.logEndOffset();
    if (inFirstBatch && start == view.logEndOffset()) {
      // The leader's log begins within a batch, which comes whole.
      host.log().truncateFullyAndStartAt(received.baseOffset());
    }
    boolean room = hasAppended(host.log().appendAsFollower(received));
    if (inFirstBatch) {
      host.log().advanceLogStart(start);
    }
    if (!room) {
      decide(new FollowerEvent.NoRoom(host.log().view().logEndOffset()));
    } else {
      node.counts().received(received.list().stream().mapToLong(ValidBatch::sizeInBytes).sum());
      settle();
    }
  }

  private boolean flushesFirst() {
    return host.log().config().flushMessages() == 1;
  }

  /** How much of the log the leader may count on. */
  private long storedEnd() {
    LogView view = host.log().view();
    return flushesFirst()
        ? Math.clamp(host.log().recoveryPoint(), view.logStartOffset(), view.logEndOffset())
        : view.logEndOffset();
  }

  /** What is in the log counts as stored: now, or when it has been flushed. */
  private void settle() {
    if (flushesFirst()) {
      flush();
    } else {
      decide(new FollowerEvent.Stored(storedEnd()));
    }
  }

  /** Whether there was room for all. */
  private static boolean hasAppended(List<AppendResult> results) throws IOException {
    for (AppendResult result : results) {
      if (result instanceof AppendResult.StorageFull) {
        return false;
      }
      if (!(result instanceof AppendResult.Appended)) {
        throw new IOException("Records of the leader could not be stored: " + result);
      }
    }
    return true;
  }

  private void flush() {
    if (flushing) {
      return;
    }
    flushing = true;
    int began = cuts;
    host.flush(
        durable -> {
          flushing = false;
          if (began == cuts) {
            decide(new FollowerEvent.Stored(durable));
          }
          if (durable < host.log().view().logEndOffset() || began != cuts) {
            flush();
          }
        },
        this::flushFailed);
  }

  private void flushFailed(Throwable cause) {
    flushing = false;
    if (replica.state() instanceof FollowerReplica.State.Over) {
      return; // the role that followed has a log that says what it is
    }
    if (cause instanceof DiskFullException) {
      // No record is lost, but none that is not flushed may be told of either.
      decide(new FollowerEvent.NoRoom(host.log().view().logEndOffset()));
    } else {
      fail(cause);
    }
  }

  private void fail(Throwable cause) {
    decide(new FollowerEvent.Failed());
    host.fail(cause);
  }

  private void say(int leader, Lane lane, FollowerSays says) {
    node.link().toLeader(leader, lane, key, says);
  }
}

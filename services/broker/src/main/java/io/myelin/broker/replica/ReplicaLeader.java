package io.myelin.broker.replica;

import io.myelin.broker.partition.Replication.Host;
import io.myelin.broker.partition.Role;
import io.myelin.log.LogView;
import io.myelin.metadata.Controller;
import io.myelin.metadata.PartitionImage;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.LeaderEffect;
import io.myelin.replication.LeaderEvent;
import io.myelin.replication.LeaderEvent.Refusal;
import io.myelin.replication.LeaderReplica;
import io.myelin.replication.Limits;
import io.myelin.replication.Lineage;
import io.myelin.replication.Membership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A partition's leader in one leader epoch: carries out what {@link LeaderReplica} decides. */
final class ReplicaLeader implements Role.Leader {
  private final ReplicaNode node;
  private final Host host;
  private final ReplicaKey key;
  private final LeaderReplica replica;
  private final SharedRead sharedRead;
  private final TreeMap<Integer, FollowerPush> pushes = new TreeMap<>();

  /** The stream that an opening came on. */
  private final Map<Integer, Lane> openings = new HashMap<>();

  private List<Integer> inSync;

  /** Somebody will see to it that the followers learn the watermark. */
  private boolean progressDue;

  ReplicaLeader(ReplicaNode node, Host host, PartitionImage state) {
    this.node = node;
    this.host = host;
    this.key = new ReplicaKey(host.topicId(), host.partition());
    this.sharedRead = node.sharedRead(host.shard());
    this.inSync = state.inSync();
    LogView view = host.log().view();
    replica =
        new LeaderReplica(
            node.brokerId(),
            state.leaderEpoch(),
            view.logEndOffset(),
            view.highWatermark(),
            membership(state),
            node.peers(),
            limits(),
            node.nowMs());
  }

  @Override
  public int epoch() {
    return replica.leaderEpoch();
  }

  @Override
  public boolean acceptsAcksAll() {
    return replica.acceptsAcksAll();
  }

  @Override
  public boolean isReadable() {
    return replica.isReadable();
  }

  @Override
  public void appended(long logEnd, long storedEnd) {
    decide(new LeaderEvent.Appended(logEnd, storedEnd, node.nowMs()));
    pushes.values().forEach(FollowerPush::pump);
  }

  @Override
  public void cannotStore(boolean forGood) {
    decide(new LeaderEvent.CannotLead(forGood, node.nowMs()));
  }

  @Override
  public void changed(PartitionImage state) {
    node.counts().inSync(inSync, state.inSync());
    inSync = state.inSync();
    decide(new LeaderEvent.Committed(membership(state), limits(), node.nowMs()));
  }

  @Override
  public void configured() {
    decide(new LeaderEvent.LimitsChanged(limits()));
  }

  void peersChanged() {
    decide(new LeaderEvent.PeersChanged(node.peers()));
  }

  void tick() {
    decide(new LeaderEvent.Tick(node.nowMs()));
  }

  @Override
  public void end() {
    pushes.values().forEach(FollowerPush::close);
    pushes.clear();
  }

  void on(int follower, Lane lane, FollowerSays says) {
    switch (says) {
      case FollowerSays.Open open -> {
        openings.put(follower, lane);
        decide(
            new LeaderEvent.Opened(
                follower,
                open.session(),
                open.brokerEpoch(),
                open.leaderEpoch(),
                open.lineage(),
                lineage(host)));
      }
      case FollowerSays.Ack ack -> {
        decide(new LeaderEvent.Acknowledged(follower, ack.session(), ack.offset(), node.nowMs()));
        FollowerPush push = pushOf(follower, ack.session());
        if (push != null) {
          push.acknowledged(ack.offset());
          if (push.owes(host.log().view().highWatermark())) {
            tellProgressSoon(); // it had all records when it opened, and no other follows
          }
        }
      }
      case FollowerSays.Close close -> {
        if (pushOf(follower, close.session()) != null) {
          pushes.remove(follower).close();
        }
        if (close.cannotStore()) {
          decide(new LeaderEvent.CannotStore(follower, close.session(), node.nowMs()));
        }
      }
    }
  }

  void disconnected(int follower, Lane lane) {
    FollowerPush push = pushes.get(follower);
    if (push != null && push.lane == lane) {
      pushes.remove(follower).close();
    }
  }

  void ready(int follower) {
    FollowerPush push = pushes.get(follower);
    if (push != null) {
      push.pump();
      if (push.owes(host.log().view().highWatermark())) {
        tellProgressSoon();
      }
    }
  }

  private FollowerPush pushOf(int follower, long session) {
    FollowerPush push = pushes.get(follower);
    return push != null && push.session == session ? push : null;
  }

  private void decide(LeaderEvent event) {
    for (LeaderEffect effect : replica.decide(event)) {
      switch (effect) {
        case LeaderEffect.Admit admit -> admit(admit);
        case LeaderEffect.TurnAway away ->
            send(
                away.follower(),
                openings.get(away.follower()),
                new LeaderSays.TurnedAway(away.session()));
        case LeaderEffect.AdvanceHighWatermark advance -> {
          host.advanceHighWatermark(advance.offset());
          tellProgressSoon();
        }
        case LeaderEffect.Propose propose -> propose(propose.proposal());
        case LeaderEffect.RefuseWaiting refuse -> host.refuseWaiting();
      }
    }
  }

  /**
   * Under load the next records tell the watermark in passing: only what they have not told within
   * a moment is worth a message.
   */
  private void tellProgressSoon() {
    if (!progressDue && !pushes.isEmpty()) {
      progressDue = true;
      node.soon(() -> host.shard().execute(this::tellProgress));
    }
  }

  private void tellProgress() {
    progressDue = false;
    long highWatermark = host.log().view().highWatermark();
    pushes.forEach(
        (follower, push) -> {
          if (push.owes(highWatermark) && isReady(follower, push.lane)) {
            sendProgress(follower, push);
          }
        });
  }

  private void admit(LeaderEffect.Admit admit) {
    int follower = admit.follower();
    Lane lane = openings.get(follower);
    FollowerPush push =
        new FollowerPush(
            this, node.readers(), sharedRead, follower, lane, admit.session(), admit.startOffset());
    FollowerPush former = pushes.put(follower, push);
    if (former != null) {
      former.close();
    }
    send(
        follower,
        lane,
        new LeaderSays.Admitted(
            admit.session(), admit.startOffset(), host.log().view().logStartOffset()));
  }

  private void propose(LeaderEffect.Proposal proposal) {
    List<Controller.Member> members = new ArrayList<>();
    for (int member : proposal.inSync()) {
      long epoch =
          member == node.brokerId()
              ? node.brokerEpoch()
              : proposal.brokerEpochs().getOrDefault(member, -1L);
      members.add(new Controller.Member(member, epoch));
    }
    node.propose(
        new Controller.InSyncChange(
            key.topicId(),
            key.partition(),
            new Controller.Member(node.brokerId(), node.brokerEpoch()),
            proposal.leaderEpoch(),
            proposal.partitionEpoch(),
            members),
        refusal -> host.shard().execute(() -> refused(proposal.partitionEpoch(), refusal)));
  }

  private void refused(int partitionEpoch, Refusal refusal) {
    decide(new LeaderEvent.Refused(partitionEpoch, refusal));
  }

  void sendRecords(int follower, FollowerPush push, long from, java.nio.ByteBuffer batches) {
    LogView view = host.log().view();
    push.tells(view.highWatermark());
    node.counts().sent(batches.remaining());
    if (push.lane == Lane.CATCHING_UP) {
      node.throttle().sent(key, follower, batches.remaining());
    }
    send(
        follower,
        push.lane,
        new LeaderSays.Records(
            push.session, epoch(), from, batches, view.highWatermark(), view.logStartOffset()));
  }

  void sendProgress(int follower, FollowerPush push) {
    if (push.isBegun()) {
      LogView view = host.log().view();
      push.tells(view.highWatermark());
      send(
          follower,
          push.lane,
          new LeaderSays.Progress(
              push.session, epoch(), view.highWatermark(), view.logStartOffset()));
    }
  }

  private void send(int follower, Lane lane, LeaderSays says) {
    node.link().toFollower(follower, lane, key, says);
  }

  /** Whether the follower's stream takes more; otherwise {@link #ready} follows. Any thread. */
  boolean isReady(int follower, Lane lane) {
    if (node.link().isReady(follower, lane)) {
      return true;
    }
    node.awaitRoom(follower, key);
    return node.link().isReady(follower, lane);
  }

  /** Milliseconds until more may be sent to a follower that catches up; 0: now. */
  long throttledMs(int follower, Lane lane) {
    return switch (lane) {
      case IN_SYNC -> 0;
      case CATCHING_UP -> node.throttle().waitMs(key, follower);
    };
  }

  void pumpLater(FollowerPush push, long ms) {
    node.later(ms, () -> onShard(push::resume));
  }

  LogView view() {
    return host.log().view();
  }

  void onShard(Runnable task) {
    host.shard().execute(task);
  }

  void failed(Throwable cause) {
    host.fail(cause);
  }

  private Limits limits() {
    return new Limits(host.inSyncMin(), node.lagMsMax());
  }

  private static Membership membership(PartitionImage state) {
    return new Membership(
        Set.copyOf(state.replicas()), Set.copyOf(state.inSync()), state.partitionEpoch());
  }

  static Lineage lineage(Host host) {
    LogView view = host.log().view();
    return new Lineage(view.epochs(), view.logStartOffset(), view.logEndOffset());
  }
}

package io.myelin.replication;

import io.myelin.replication.FollowerEffect.Lane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A broker of the model: the shell around the two state machines. */
final class ModelBroker {
  private static final int RECORDS_PER_MESSAGE = 2;

  private final ModelCluster cluster;
  final int id;
  final ModelLog log = new ModelLog();
  boolean running = true;
  private long brokerEpoch;
  private Map<Integer, Peer> peers = Map.of();
  LeaderReplica leader;
  private long followed;
  private FollowerReplica follower;
  private final TreeMap<Integer, Push> pushes = new TreeMap<>();
  private final Map<Long, Lane> laneOf = new HashMap<>();
  private List<ModelLog.Entry> received = List.of();

  /** A follower that is being sent records. */
  private static final class Push {
    final long session;
    final Lane lane;
    long next;
    boolean begun;

    Push(long session, Lane lane, long next) {
      this.session = session;
      this.lane = lane;
      this.next = next;
    }
  }

  ModelBroker(ModelCluster cluster, int id) {
    this.cluster = cluster;
    this.id = id;
  }

  boolean isLeading() {
    return running && leader != null;
  }

  void crash(int lostRecords) {
    running = false;
    leader = null;
    follower = null;
    pushes.clear();
    log.truncateTo(Math.max(log.start(), log.end() - lostRecords));
    log.highWatermark = log.start(); // its checkpoint is as old as can be
  }

  void start(long newBrokerEpoch) {
    running = true;
    brokerEpoch = newBrokerEpoch;
  }

  void onImage(ModelController.Image image) {
    peers = image.peers();
    if (peers.get(id).epoch() > brokerEpoch) {
      brokerEpoch = peers.get(id).epoch();
      follow(new FollowerEvent.RegisteredAnew());
    }
    if (image.leader() == id) {
      if (leader == null || image.leaderEpoch() > leader.leaderEpoch()) {
        lead(image);
      } else {
        run(leader.decide(new LeaderEvent.PeersChanged(peers)));
        run(
            leader.decide(
                new LeaderEvent.Committed(image.membership(), ModelCluster.LIMITS, cluster.nowMs)));
      }
      return;
    }
    if (follower == null) {
      leader = null;
      pushes.clear();
      follower =
          new FollowerReplica(
              cluster.rules.follower(),
              log.start(),
              log.end(),
              log.end(),
              log.highWatermark,
              (brokerEpoch << 32) + (followed++ << 16)); // no session comes twice
    }
    boolean inSync = image.membership().inSync().contains(id);
    follow(new FollowerEvent.Led(image.leader(), image.leaderEpoch(), inSync));
  }

  private void lead(ModelController.Image image) {
    follower = null;
    pushes.clear();
    leader =
        new LeaderReplica(
            cluster.rules.leader(),
            id,
            image.leaderEpoch(),
            log.end(),
            log.highWatermark,
            image.membership(),
            peers,
            ModelCluster.LIMITS,
            cluster.nowMs);
    advance(leader.highWatermark());
    run(leader.decide(new LeaderEvent.Appended(log.end(), log.end(), cluster.nowMs)));
  }

  void produce(int value) {
    if (leader.acceptsAcksAll()) {
      log.append(new ModelLog.Entry(leader.leaderEpoch(), value));
      run(leader.decide(new LeaderEvent.Appended(log.end(), log.end(), cluster.nowMs)));
      pushAll();
    }
  }

  void tick() {
    if (leader != null) {
      run(leader.decide(new LeaderEvent.Tick(cluster.nowMs)));
    }
    if (follower != null && follower.state() instanceof FollowerReplica.State.Waiting waiting) {
      follow(new FollowerEvent.Retry(waiting.session()));
    }
  }

  void trim() {
    log.advanceStart(log.highWatermark);
    for (Map.Entry<Integer, Push> push : pushes.entrySet()) {
      sendProgress(push.getKey(), push.getValue());
    }
  }

  void onRefused(int partitionEpoch, LeaderEvent.Refusal refusal) {
    if (leader != null) {
      run(leader.decide(new LeaderEvent.Refused(partitionEpoch, refusal)));
    }
  }

  void onDisconnected(int peer, Lane lane) {
    Push push = pushes.get(peer);
    if (push != null && push.lane == lane) {
      pushes.remove(peer);
    }
    if (follower != null && follower.lane() == lane) {
      follow(new FollowerEvent.Disconnected(peer));
    }
  }

  void onMessage(int from, Lane lane, ModelMessage message) {
    switch (message) {
      case ModelMessage.Open open -> onOpen(from, lane, open);
      case ModelMessage.Ack ack -> onAck(from, ack);
      case ModelMessage.Admitted admitted ->
          follow(
              new FollowerEvent.Admitted(
                  admitted.session(), admitted.startOffset(), admitted.logStart()));
      case ModelMessage.TurnedAway away -> follow(new FollowerEvent.TurnedAway(away.session()));
      case ModelMessage.Records records -> {
        received = records.entries();
        follow(
            new FollowerEvent.Received(
                records.session(),
                records.leaderEpoch(),
                records.fromOffset(),
                records.fromOffset() + records.entries().size(),
                records.highWatermark(),
                records.logStart()));
      }
      case ModelMessage.Progress progress ->
          follow(
              new FollowerEvent.Progressed(
                  progress.session(),
                  progress.leaderEpoch(),
                  progress.highWatermark(),
                  progress.logStart()));
    }
  }

  private void onOpen(int from, Lane lane, ModelMessage.Open open) {
    if (leader == null) {
      cluster.send(id, from, lane, new ModelMessage.TurnedAway(open.session()));
      return;
    }
    laneOf.put(open.session(), lane);
    run(
        leader.decide(
            new LeaderEvent.Opened(
                from,
                open.session(),
                open.brokerEpoch(),
                open.leaderEpoch(),
                open.lineage(),
                log.lineage())));
  }

  private void onAck(int from, ModelMessage.Ack ack) {
    if (leader == null) {
      return;
    }
    run(
        leader.decide(
            new LeaderEvent.Acknowledged(from, ack.session(), ack.offset(), cluster.nowMs)));
    Push push = pushes.get(from);
    if (push != null && push.session == ack.session()) {
      push.begun = true;
      push.next = Math.max(push.next, ack.offset());
      push(from, push);
    }
  }

  private void run(List<LeaderEffect> effects) {
    for (LeaderEffect effect : effects) {
      switch (effect) {
        case LeaderEffect.Admit admit -> {
          Lane lane = laneOf.get(admit.session());
          pushes.put(admit.follower(), new Push(admit.session(), lane, admit.startOffset()));
          ModelMessage answer =
              new ModelMessage.Admitted(admit.session(), admit.startOffset(), log.start());
          cluster.send(id, admit.follower(), lane, answer);
        }
        case LeaderEffect.TurnAway away ->
            cluster.send(
                id,
                away.follower(),
                laneOf.get(away.session()),
                new ModelMessage.TurnedAway(away.session()));
        case LeaderEffect.AdvanceHighWatermark advance -> advance(advance.offset());
        case LeaderEffect.Propose propose -> cluster.propose(id, propose.proposal());
        case LeaderEffect.RefuseWaiting refuse -> {}
      }
    }
  }

  private void advance(long offset) {
    cluster.committed(this, offset);
    log.highWatermark = offset;
    pushes.forEach(this::sendProgress);
  }

  private void pushAll() {
    pushes.forEach(this::push);
  }

  private void push(int to, Push push) {
    if (push.begun && push.next < log.start()) {
      sendProgress(to, push); // comes back with its acknowledgement of the new start
      return;
    }
    while (push.begun && push.next < log.end()) {
      List<ModelLog.Entry> entries = log.from(push.next, RECORDS_PER_MESSAGE);
      cluster.send(
          id,
          to,
          push.lane,
          new ModelMessage.Records(
              push.session,
              leader.leaderEpoch(),
              push.next,
              entries,
              log.highWatermark,
              log.start()));
      push.next += entries.size();
    }
  }

  private void sendProgress(int to, Push push) {
    if (push.begun) {
      cluster.send(
          id,
          to,
          push.lane,
          new ModelMessage.Progress(
              push.session, leader.leaderEpoch(), log.highWatermark, log.start()));
    }
  }

  private void follow(FollowerEvent event) {
    if (follower == null) {
      return;
    }
    for (FollowerEffect effect : follower.decide(event)) {
      carryOut(effect);
    }
  }

  private void carryOut(FollowerEffect effect) {
    switch (effect) {
      case FollowerEffect.Open open ->
          cluster.send(
              id,
              open.leader(),
              open.lane(),
              new ModelMessage.Open(
                  open.session(), brokerEpoch, open.leaderEpoch(), log.lineage()));
      case FollowerEffect.Close close -> {}
      case FollowerEffect.RetryLater retry -> {}
      case FollowerEffect.RetryWithRoom retry -> {}
      case FollowerEffect.Truncate truncate -> {
        cluster.truncations++;
        log.truncateTo(truncate.offset());
        follow(new FollowerEvent.Cut(log.start(), log.end()));
      }
      case FollowerEffect.StartAt start -> {
        log.startAt(start.offset());
        follow(new FollowerEvent.Cut(log.start(), log.end()));
      }
      case FollowerEffect.Write write -> {
        received.forEach(log::append);
        follow(new FollowerEvent.Stored(log.end()));
      }
      case FollowerEffect.Acknowledge ack ->
          cluster.send(
              id, ack.leader(), ack.lane(), new ModelMessage.Ack(ack.session(), ack.offset()));
      case FollowerEffect.AdvanceHighWatermark advance -> log.highWatermark = advance.offset();
      case FollowerEffect.AdvanceLogStart advance -> log.advanceStart(advance.offset());
    }
  }
}

package io.myelin.broker.replica;

import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.Lineage;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.replication.Close;
import io.myelin.rpc.replication.EpochStart;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.LeaderMessage.Refusal;
import io.myelin.rpc.replication.LeaderMessage.Start;
import io.myelin.rpc.replication.PartitionId;
import io.myelin.rpc.replication.RecordBytes;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The stream of a broker that follows this one. Its first opening says whose it is. Thread-safe.
 */
final class FollowerStream implements RpcReceiver<FollowerMessage, LeaderMessage> {
  /** They are small, and only handed over. */
  private static final int MESSAGES_AHEAD = 64;

  private final RpcReplicaLink link;
  private volatile RpcStream<LeaderMessage> stream;
  private RpcReplicaLink.Way way;

  /** Answers to openings: a follower has one under way for each of its partitions. */
  private final ArrayDeque<LeaderMessage> answers = new ArrayDeque<>();

  /** Whose records are being sent, or were not taken by the stream. */
  private volatile ReplicaKey sending;

  FollowerStream(RpcReplicaLink link) {
    this.link = link;
  }

  @Override
  public void opened(RpcStream<LeaderMessage> opened) {
    stream = opened;
    opened.request(MESSAGES_AHEAD);
  }

  @Override
  public void received(FollowerMessage message) {
    stream.request(1);
    switch (message) {
      case FollowerMessage.Open open -> {
        attach(open);
        open.partitions()
            .forEach(
                p ->
                    tell(
                        p.partition(),
                        new FollowerSays.Open(
                            p.session(), open.brokerEpoch(), p.leaderEpoch(), lineage(p))));
      }
      case FollowerMessage.Ack ack ->
          ack.partitions()
              .forEach(
                  p -> tell(p.partition(), new FollowerSays.Ack(p.session(), p.logEndOffset())));
      case Close close ->
          close
              .partitions()
              .forEach(
                  p ->
                      tell(
                          p.partition(),
                          new FollowerSays.Close(
                              p.session(), p.reason() == Close.Reason.STORAGE_ERROR)));
    }
  }

  private void attach(FollowerMessage.Open open) {
    if (way == null) {
      way =
          new RpcReplicaLink.Way(
              open.brokerId(), open.catchingUp() ? Lane.CATCHING_UP : Lane.IN_SYNC);
      link.attached(way, this);
    }
  }

  private static Lineage lineage(FollowerMessage.OpenPartition p) {
    return new Lineage(epochs(p.epochs()), p.logStartOffset(), p.logEndOffset());
  }

  private static LeaderEpochs epochs(List<EpochStart> epochs) {
    return LeaderEpochs.of(
        epochs.stream()
            .map(each -> new LeaderEpochs.Entry(each.epoch(), each.startOffset()))
            .toList());
  }

  private void tell(PartitionId partition, FollowerSays says) {
    if (way == null) {
      throw new IllegalStateException("A follower that did not say who it is");
    }
    link.node()
        .onFollowerSays(
            way.peer(),
            way.lane(),
            new ReplicaKey(partition.topicId(), partition.partition()),
            says);
  }

  /** Whether it takes records, or what else {@link #say} does not keep. */
  synchronized boolean isReady() {
    return answers.isEmpty() && stream.isReady();
  }

  /**
   * Answers to openings, which may be tens of thousands at once, wait until the stream takes them.
   * All else is said when {@link #isReady}, and goes out at once, behind what has come in between.
   */
  synchronized void say(ReplicaKey key, LeaderSays says) {
    LeaderMessage message = message(key, says);
    switch (says) {
      case LeaderSays.Admitted admitted -> answer(message);
      case LeaderSays.TurnedAway away -> answer(message);
      case LeaderSays.Records records -> sendNow(key, message);
      case LeaderSays.Progress progress -> sendNow(key, message);
    }
  }

  private void answer(LeaderMessage message) {
    answers.add(message);
    sendAnswers();
  }

  private void sendAnswers() {
    while (!answers.isEmpty() && stream.isReady()) {
      send(answers.poll());
    }
  }

  private void sendNow(ReplicaKey key, LeaderMessage message) {
    answers.forEach(this::send);
    answers.clear();
    if (sending == null) {
      sending = key;
    }
    if (send(message)) {
      sending = null;
    }
  }

  private boolean send(LeaderMessage message) {
    boolean taken = stream.send(message);
    if (!taken) {
      stream.cancel("The follower does not read");
    }
    return taken;
  }

  void replaced() {
    stream.cancel("The follower has opened another stream");
  }

  @Override
  public void ready() {
    synchronized (this) {
      sendAnswers();
    }
    if (way != null && isReady()) {
      link.node().onReady(way.peer());
    }
  }

  @Override
  public void ended(Ending ending) {
    if (way != null) {
      if (ending.kind() == Ending.Kind.TOO_LARGE) {
        link.tooLarge(way.peer(), sending, ending);
      }
      link.detached(way, this);
    }
  }

  private static LeaderMessage message(ReplicaKey key, LeaderSays says) {
    PartitionId partition = new PartitionId(key.topicId(), key.partition());
    return switch (says) {
      case LeaderSays.Admitted admitted ->
          opened(
              partition,
              admitted.session(),
              new Start.TruncateTo(admitted.startOffset()),
              admitted.logStartOffset());
      case LeaderSays.TurnedAway away ->
          opened(partition, away.session(), new Start.Refused(Refusal.NOT_LEADER), 0);
      case LeaderSays.Records records ->
          new LeaderMessage.Appends(
              List.of(
                  new LeaderMessage.Append(
                      partition,
                      records.session(),
                      records.leaderEpoch(),
                      records.fromOffset(),
                      records.highWatermark(),
                      records.logStartOffset(),
                      RecordBytes.borrowed(records.batches()))));
      case LeaderSays.Progress progress ->
          new LeaderMessage.Progress(
              List.of(
                  new LeaderMessage.ProgressPartition(
                      partition,
                      progress.session(),
                      progress.leaderEpoch(),
                      progress.highWatermark(),
                      progress.logStartOffset())));
    };
  }

  private static LeaderMessage opened(
      PartitionId partition, long session, Start start, long logStartOffset) {
    return new LeaderMessage.Opened(
        List.of(
            new LeaderMessage.OpenedPartition(
                partition, session, 0, start, 0, logStartOffset, List.of())));
  }
}

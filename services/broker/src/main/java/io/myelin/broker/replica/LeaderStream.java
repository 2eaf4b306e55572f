package io.myelin.broker.replica;

import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.replication.Close;
import io.myelin.rpc.replication.EpochStart;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.LeaderMessage.Start;
import io.myelin.rpc.replication.PartitionId;
import java.util.ArrayDeque;
import java.util.List;

/** This broker's stream to one that leads. Thread-safe. */
final class LeaderStream implements RpcReceiver<LeaderMessage, FollowerMessage> {
  private final RpcReplicaLink link;
  private final RpcReplicaLink.Way way;

  /**
   * What is said before there is a connection, or while openings wait: all partitions are opened at
   * once when a stream has broken, more than it takes at once. An opening waits until the stream is
   * ready, and what follows it waits behind it.
   */
  private final ArrayDeque<FollowerMessage> waiting = new ArrayDeque<>();

  private RpcClient client;
  private RpcStream<FollowerMessage> stream;
  private boolean over;

  /** Confined to the stream's callbacks. */
  private ReadAhead readAhead;

  LeaderStream(RpcReplicaLink link, RpcReplicaLink.Way way) {
    this.link = link;
    this.way = way;
  }

  synchronized void over(RpcClient connection) {
    client = connection;
  }

  /** Nobody knows where the leader is. */
  void nowhere() {
    ended(new Ending(Ending.Kind.UNREACHABLE, "its address is not known"));
  }

  /** What is said before there is a connection goes out with it, or is lost with it. */
  synchronized void say(ReplicaKey key, FollowerSays says) {
    FollowerMessage message = message(key, says);
    if (over) {
      return;
    }
    if (stream == null || !waiting.isEmpty() || says instanceof FollowerSays.Open) {
      waiting.add(message);
      sendWaiting();
    } else {
      send(message);
    }
  }

  private void sendWaiting() {
    while (stream != null && !waiting.isEmpty() && stream.isReady()) {
      send(waiting.poll());
    }
  }

  private void send(FollowerMessage message) {
    if (!stream.send(message)) {
      stream.cancel("The leader does not read");
    }
  }

  @Override
  public synchronized void opened(RpcStream<FollowerMessage> opened) {
    stream = opened;
    readAhead = new ReadAhead(opened);
    readAhead.begin();
    sendWaiting();
  }

  @Override
  public synchronized void ready() {
    sendWaiting();
  }

  @Override
  public void received(LeaderMessage message) {
    Countdown handled = new Countdown(readAhead.came(recordBytes(message)));
    switch (message) {
      case LeaderMessage.Opened opened ->
          opened
              .partitions()
              .forEach(p -> tell(p.partition(), said(p.session(), p.start(), p), handled.one()));
      case LeaderMessage.Appends appends ->
          appends.appends().forEach(append -> tell(append, handled.one()));
      case LeaderMessage.Progress progress ->
          progress
              .partitions()
              .forEach(
                  p ->
                      tell(
                          p.partition(),
                          new LeaderSays.Progress(
                              p.session(), p.leaderEpoch(), p.highWatermark(), p.logStartOffset()),
                          handled.one()));
      case Close close ->
          close
              .partitions()
              .forEach(
                  p -> tell(p.partition(), new LeaderSays.TurnedAway(p.session()), handled.one()));
    }
    handled.release();
  }

  private static long recordBytes(LeaderMessage message) {
    return message instanceof LeaderMessage.Appends appends
        ? appends.appends().stream().mapToLong(append -> append.records().size()).sum()
        : 0;
  }

  /** The batches lie in the message's own buffer until the follower has written them. */
  private void tell(LeaderMessage.Append append, Runnable handled) {
    tell(
        append.partition(),
        new LeaderSays.Records(
            append.session(),
            append.leaderEpoch(),
            append.fromOffset(),
            append.records().view(),
            append.highWatermark(),
            append.logStartOffset()),
        () -> {
          append.records().release();
          handled.run();
        });
  }

  private static LeaderSays said(long session, Start start, LeaderMessage.OpenedPartition p) {
    return switch (start) {
      case Start.TruncateTo truncate ->
          new LeaderSays.Admitted(session, truncate.offset(), p.logStartOffset());
      case Start.StartAt at -> new LeaderSays.Admitted(session, at.offset(), p.logStartOffset());
      case Start.Refused refused -> new LeaderSays.TurnedAway(session);
    };
  }

  private void tell(PartitionId partition, LeaderSays says, Runnable handled) {
    link.node()
        .onLeaderSays(
            way.peer(),
            way.lane(),
            new ReplicaKey(partition.topicId(), partition.partition()),
            says,
            handled);
  }

  @Override
  public void ended(Ending ending) {
    synchronized (this) {
      over = true;
      waiting.clear();
      if (client != null) {
        client.close();
      }
    }
    link.ended(way, this);
  }

  private FollowerMessage message(ReplicaKey key, FollowerSays says) {
    PartitionId partition = new PartitionId(key.topicId(), key.partition());
    return switch (says) {
      case FollowerSays.Open open ->
          new FollowerMessage.Open(
              link.brokerId(),
              open.brokerEpoch(),
              link.incarnation(),
              way.lane() == Lane.CATCHING_UP,
              List.of(
                  new FollowerMessage.OpenPartition(
                      partition,
                      open.session(),
                      open.leaderEpoch(),
                      open.lineage().logStartOffset(),
                      open.lineage().logEndOffset(),
                      epochs(open.lineage().epochs()))));
      case FollowerSays.Ack ack ->
          new FollowerMessage.Ack(
              List.of(
                  new FollowerMessage.AckPartition(
                      partition, ack.session(), 0, ack.offset(), 0, 0)));
      case FollowerSays.Close close ->
          new Close(
              List.of(
                  new Close.ClosePartition(
                      partition,
                      close.session(),
                      0,
                      close.cannotStore()
                          ? Close.Reason.STORAGE_ERROR
                          : Close.Reason.NOT_LEADER_OR_FOLLOWER)));
    };
  }

  private static List<EpochStart> epochs(LeaderEpochs epochs) {
    return epochs.entries().stream()
        .map(entry -> new EpochStart(entry.epoch(), entry.startOffset()))
        .toList();
  }
}

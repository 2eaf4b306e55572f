package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.LogView;
import io.myelin.rpc.controller.v1.WorkerMessage;
import io.myelin.rpc.replication.FollowerMessage.Ack;
import io.myelin.rpc.replication.FollowerMessage.AckPartition;
import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import io.myelin.rpc.replication.LeaderMessage.Opened;
import io.myelin.rpc.replication.LeaderMessage.OpenedPartition;
import io.myelin.rpc.replication.LeaderMessage.Progress;
import io.myelin.rpc.replication.LeaderMessage.ProgressPartition;
import io.myelin.rpc.replication.LeaderMessage.Start;
import io.myelin.rpc.replication.PartitionId;

/** What replicas would tell each other if they decided wrongly. Other messages stay as they are. */
final class WrongMessages {
  private WrongMessages() {}

  /** The follower is told to keep all that it has. */
  static Object withoutCut(BrokerMachine follower, Object message) {
    return message instanceof Opened(var partitions)
        ? new Opened(partitions.stream().map(each -> withoutCut(follower, each)).toList())
        : message;
  }

  private static OpenedPartition withoutCut(BrokerMachine follower, OpenedPartition opened) {
    LogView log = log(follower, opened.partition());
    if (log == null || !(opened.start() instanceof Start.TruncateTo)) {
      return opened;
    }
    return new OpenedPartition(
        opened.partition(),
        opened.session(),
        opened.leaderEpoch(),
        new Start.TruncateTo(log.logEndOffset()),
        opened.highWatermark(),
        opened.logStartOffset(),
        opened.epochs());
  }

  /** Null: it has none, or none that is open. */
  private static LogView log(BrokerMachine broker, PartitionId id) {
    if (broker.core() == null) {
      return null;
    }
    Partitions partitions = broker.core().partitions();
    String topic = partitions.name(id.topicId());
    Partition partition = topic == null ? null : partitions.get(topic, id.partition());
    return partition == null || !partition.isOpen() ? null : partition.view();
  }

  /** The follower is told that all it has is committed. */
  static Object withWatermarksAtTheEnd(Object message) {
    return switch (message) {
      case Appends(var appends) ->
          new Appends(appends.stream().map(WrongMessages::withWatermarkAtTheEnd).toList());
      case Progress(var partitions) ->
          new Progress(partitions.stream().map(WrongMessages::withWatermarkAtTheEnd).toList());
      default -> message;
    };
  }

  private static Append withWatermarkAtTheEnd(Append append) {
    return new Append(
        append.partition(),
        append.session(),
        append.leaderEpoch(),
        append.fromOffset(),
        Integer.MAX_VALUE,
        append.logStartOffset(),
        append.records());
  }

  private static ProgressPartition withWatermarkAtTheEnd(ProgressPartition progress) {
    return new ProgressPartition(
        progress.partition(),
        progress.session(),
        progress.leaderEpoch(),
        Integer.MAX_VALUE,
        progress.logStartOffset());
  }

  /** The leader is told of a record that the follower does not have. */
  static Object acknowledgingOneMore(Object message) {
    return message instanceof Ack(var partitions)
        ? new Ack(partitions.stream().map(WrongMessages::oneMore).toList())
        : message;
  }

  /** The controller is told that whoever has least has most. */
  static Object withLogEndsTurnedRound(Object message) {
    if (!(message instanceof WorkerMessage worker) || !worker.hasReplicaStates()) {
      return message;
    }
    WorkerMessage.Builder turned = worker.toBuilder();
    turned
        .getReplicaStatesBuilder()
        .getReplicasBuilderList()
        .forEach(state -> state.setLogEndOffset(Long.MAX_VALUE - state.getLogEndOffset()));
    return turned.build();
  }

  private static AckPartition oneMore(AckPartition ack) {
    return new AckPartition(
        ack.partition(),
        ack.session(),
        ack.leaderEpoch(),
        ack.logEndOffset() + 1,
        ack.flushedOffset(),
        ack.logStartOffset());
  }
}

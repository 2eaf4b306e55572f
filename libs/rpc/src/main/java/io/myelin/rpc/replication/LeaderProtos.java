package io.myelin.rpc.replication;

import com.google.protobuf.CodedInputStream;
import io.myelin.rpc.replication.LeaderMessage.Opened;
import io.myelin.rpc.replication.LeaderMessage.OpenedPartition;
import io.myelin.rpc.replication.LeaderMessage.Progress;
import io.myelin.rpc.replication.LeaderMessage.ProgressPartition;
import io.myelin.rpc.replication.LeaderMessage.Refusal;
import io.myelin.rpc.replication.LeaderMessage.Start;
import java.io.IOException;
import java.util.List;

/** A leader's messages without batches, as generated classes. Stateless. */
final class LeaderProtos {
  private LeaderProtos() {}

  static LeaderMessage message(CodedInputStream bytes) throws IOException {
    var message = io.myelin.rpc.replication.v1.LeaderMessage.parseFrom(bytes);
    return switch (message.getKindCase()) {
      case OPENED -> opened(message.getOpened());
      case PROGRESS -> progress(message.getProgress());
      case CLOSE -> Protos.close(message.getClose());
      case APPENDS ->
          throw new IOException("Batches behind other fields of a message: they come alone");
      // A kind from the future: as if nothing had been said.
      case KIND_NOT_SET -> new Progress(List.of());
    };
  }

  static io.myelin.rpc.replication.v1.LeaderMessage opened(Opened opened) {
    var to = io.myelin.rpc.replication.v1.Opened.newBuilder();
    for (OpenedPartition p : opened.partitions()) {
      var partition =
          to.addPartitionsBuilder()
              .setPartition(Protos.partition(p.partition()))
              .setSession(p.session())
              .setLeaderEpoch(p.leaderEpoch())
              .setHighWatermark(p.highWatermark())
              .setLogStartOffset(p.logStartOffset())
              .addAllEpochs(Protos.toEpochs(p.epochs()));
      switch (p.start()) {
        case Start.TruncateTo truncate -> partition.setTruncateToOffset(truncate.offset());
        case Start.StartAt start -> partition.setStartAtOffset(start.offset());
        case Start.Refused refused -> partition.setRefusal(refusal(refused.refusal()));
      }
    }
    return io.myelin.rpc.replication.v1.LeaderMessage.newBuilder().setOpened(to).build();
  }

  private static Opened opened(io.myelin.rpc.replication.v1.Opened from) {
    return new Opened(from.getPartitionsList().stream().map(LeaderProtos::partition).toList());
  }

  private static OpenedPartition partition(io.myelin.rpc.replication.v1.OpenedPartition from) {
    Start start =
        switch (from.getStartCase()) {
          case TRUNCATE_TO_OFFSET -> new Start.TruncateTo(from.getTruncateToOffset());
          case START_AT_OFFSET -> new Start.StartAt(from.getStartAtOffset());
          case REFUSAL -> new Start.Refused(refusal(from.getRefusal()));
          case START_NOT_SET -> new Start.Refused(Refusal.OTHER);
        };
    return new OpenedPartition(
        Protos.partition(from.getPartition()),
        from.getSession(),
        from.getLeaderEpoch(),
        start,
        from.getHighWatermark(),
        from.getLogStartOffset(),
        Protos.fromEpochs(from.getEpochsList()));
  }

  static io.myelin.rpc.replication.v1.LeaderMessage progress(Progress progress) {
    var to = io.myelin.rpc.replication.v1.Progress.newBuilder();
    for (ProgressPartition p : progress.partitions()) {
      to.addPartitionsBuilder()
          .setPartition(Protos.partition(p.partition()))
          .setSession(p.session())
          .setLeaderEpoch(p.leaderEpoch())
          .setHighWatermark(p.highWatermark())
          .setLogStartOffset(p.logStartOffset());
    }
    return io.myelin.rpc.replication.v1.LeaderMessage.newBuilder().setProgress(to).build();
  }

  private static Progress progress(io.myelin.rpc.replication.v1.Progress from) {
    return new Progress(
        from.getPartitionsList().stream()
            .map(
                p ->
                    new ProgressPartition(
                        Protos.partition(p.getPartition()),
                        p.getSession(),
                        p.getLeaderEpoch(),
                        p.getHighWatermark(),
                        p.getLogStartOffset()))
            .toList());
  }

  static io.myelin.rpc.replication.v1.LeaderMessage close(Close close) {
    return io.myelin.rpc.replication.v1.LeaderMessage.newBuilder()
        .setClose(Protos.close(close))
        .build();
  }

  private static io.myelin.rpc.replication.v1.OpenedPartition.Refusal refusal(Refusal refusal) {
    return switch (refusal) {
      case NOT_LEADER -> io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_NOT_LEADER;
      case FENCED_LEADER_EPOCH ->
          io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_FENCED_LEADER_EPOCH;
      case UNKNOWN_LEADER_EPOCH ->
          io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_UNKNOWN_LEADER_EPOCH;
      case UNKNOWN_PARTITION ->
          io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_UNKNOWN_PARTITION;
      case STORAGE_ERROR ->
          io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_STORAGE_ERROR;
      case STALE_BROKER_EPOCH ->
          io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_STALE_BROKER_EPOCH;
      case OTHER -> io.myelin.rpc.replication.v1.OpenedPartition.Refusal.REFUSAL_UNSPECIFIED;
    };
  }

  private static Refusal refusal(io.myelin.rpc.replication.v1.OpenedPartition.Refusal refusal) {
    return switch (refusal) {
      case REFUSAL_NOT_LEADER -> Refusal.NOT_LEADER;
      case REFUSAL_FENCED_LEADER_EPOCH -> Refusal.FENCED_LEADER_EPOCH;
      case REFUSAL_UNKNOWN_LEADER_EPOCH -> Refusal.UNKNOWN_LEADER_EPOCH;
      case REFUSAL_UNKNOWN_PARTITION -> Refusal.UNKNOWN_PARTITION;
      case REFUSAL_STORAGE_ERROR -> Refusal.STORAGE_ERROR;
      case REFUSAL_STALE_BROKER_EPOCH -> Refusal.STALE_BROKER_EPOCH;
      case REFUSAL_UNSPECIFIED, UNRECOGNIZED -> Refusal.OTHER;
    };
  }
}

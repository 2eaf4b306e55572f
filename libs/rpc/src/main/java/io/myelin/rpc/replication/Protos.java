package io.myelin.rpc.replication;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.protobuf.ProtoUtils;
import io.myelin.rpc.replication.Close.ClosePartition;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** Between generated classes and records, where the bytes are few. Stateless. */
final class Protos {
  private Protos() {}

  /** Knows its length. */
  static <M extends Message> InputStream stream(M message) {
    @SuppressWarnings("unchecked") // Its own default instance.
    M instance = (M) message.getDefaultInstanceForType();
    return ProtoUtils.marshaller(instance).stream(message);
  }

  static ByteString uuid(UUID id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip());
  }

  static UUID uuid(ByteString bytes) {
    if (bytes.size() != 16) {
      throw new IllegalArgumentException("An id of " + bytes.size() + " bytes instead of 16");
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  static io.myelin.rpc.replication.v1.PartitionId partition(PartitionId id) {
    return io.myelin.rpc.replication.v1.PartitionId.newBuilder()
        .setTopicIdHigh(id.topicId().getMostSignificantBits())
        .setTopicIdLow(id.topicId().getLeastSignificantBits())
        .setPartition(id.partition())
        .build();
  }

  static PartitionId partition(io.myelin.rpc.replication.v1.PartitionId from) {
    return new PartitionId(
        new UUID(from.getTopicIdHigh(), from.getTopicIdLow()), from.getPartition());
  }

  static List<io.myelin.rpc.replication.v1.EpochStart> toEpochs(List<EpochStart> epochs) {
    return epochs.stream()
        .map(
            e ->
                io.myelin.rpc.replication.v1.EpochStart.newBuilder()
                    .setEpoch(e.epoch())
                    .setStartOffset(e.startOffset())
                    .build())
        .toList();
  }

  static List<EpochStart> fromEpochs(List<io.myelin.rpc.replication.v1.EpochStart> epochs) {
    return epochs.stream().map(e -> new EpochStart(e.getEpoch(), e.getStartOffset())).toList();
  }

  static io.myelin.rpc.replication.v1.Close close(Close close) {
    var to = io.myelin.rpc.replication.v1.Close.newBuilder();
    for (ClosePartition p : close.partitions()) {
      to.addPartitionsBuilder()
          .setPartition(partition(p.partition()))
          .setSession(p.session())
          .setLeaderEpoch(p.leaderEpoch())
          .setReason(reason(p.reason()));
    }
    return to.build();
  }

  static Close close(io.myelin.rpc.replication.v1.Close from) {
    return new Close(
        from.getPartitionsList().stream()
            .map(
                p ->
                    new ClosePartition(
                        partition(p.getPartition()),
                        p.getSession(),
                        p.getLeaderEpoch(),
                        reason(p.getReason())))
            .toList());
  }

  private static io.myelin.rpc.replication.v1.ClosePartition.Reason reason(Close.Reason reason) {
    return switch (reason) {
      case NOT_LEADER_OR_FOLLOWER ->
          io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_NOT_LEADER_OR_FOLLOWER;
      case MOVED_TO_OTHER_STREAM ->
          io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_MOVED_TO_OTHER_STREAM;
      case STORAGE_ERROR -> io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_STORAGE_ERROR;
      case REOPENED -> io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_REOPENED;
      case OUT_OF_ORDER -> io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_OUT_OF_ORDER;
      case OTHER -> io.myelin.rpc.replication.v1.ClosePartition.Reason.REASON_UNSPECIFIED;
    };
  }

  private static Close.Reason reason(io.myelin.rpc.replication.v1.ClosePartition.Reason reason) {
    return switch (reason) {
      case REASON_NOT_LEADER_OR_FOLLOWER -> Close.Reason.NOT_LEADER_OR_FOLLOWER;
      case REASON_MOVED_TO_OTHER_STREAM -> Close.Reason.MOVED_TO_OTHER_STREAM;
      case REASON_STORAGE_ERROR -> Close.Reason.STORAGE_ERROR;
      case REASON_REOPENED -> Close.Reason.REOPENED;
      case REASON_OUT_OF_ORDER -> Close.Reason.OUT_OF_ORDER;
      case REASON_UNSPECIFIED, UNRECOGNIZED -> Close.Reason.OTHER;
    };
  }
}

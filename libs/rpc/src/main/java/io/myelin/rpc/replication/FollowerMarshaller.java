package io.myelin.rpc.replication;

import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.replication.FollowerMessage.Ack;
import io.myelin.rpc.replication.FollowerMessage.AckPartition;
import io.myelin.rpc.replication.FollowerMessage.Open;
import io.myelin.rpc.replication.FollowerMessage.OpenPartition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Bytes of {@link FollowerMessage}s. Thread-safe. */
final class FollowerMarshaller implements Marshaller<FollowerMessage> {

  @Override
  public InputStream stream(FollowerMessage message) {
    return Protos.stream(
        switch (message) {
          case Open open -> open(open);
          case Ack ack -> ack(ack);
          case Close close ->
              io.myelin.rpc.replication.v1.FollowerMessage.newBuilder()
                  .setClose(Protos.close(close))
                  .build();
        });
  }

  @Override
  public FollowerMessage parse(InputStream bytes) {
    try {
      var message = io.myelin.rpc.replication.v1.FollowerMessage.parseFrom(bytes);
      return switch (message.getKindCase()) {
        case OPEN -> open(message.getOpen());
        case ACK -> ack(message.getAck());
        case CLOSE -> Protos.close(message.getClose());
        // A kind from the future: as if nothing had been said.
        case KIND_NOT_SET -> new Ack(List.of());
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Not a message of a follower", e);
    }
  }

  private static io.myelin.rpc.replication.v1.FollowerMessage open(Open open) {
    var to = io.myelin.rpc.replication.v1.Open.newBuilder();
    to.setBrokerId(open.brokerId())
        .setBrokerEpoch(open.brokerEpoch())
        .setIncarnation(Protos.uuid(open.incarnation()))
        .setCatchingUp(open.catchingUp());
    for (OpenPartition p : open.partitions()) {
      to.addPartitionsBuilder()
          .setPartition(Protos.partition(p.partition()))
          .setSession(p.session())
          .setLeaderEpoch(p.leaderEpoch())
          .setLogStartOffset(p.logStartOffset())
          .setLogEndOffset(p.logEndOffset())
          .addAllEpochs(Protos.toEpochs(p.epochs()));
    }
    return io.myelin.rpc.replication.v1.FollowerMessage.newBuilder().setOpen(to).build();
  }

  private static Open open(io.myelin.rpc.replication.v1.Open from) {
    return new Open(
        from.getBrokerId(),
        from.getBrokerEpoch(),
        Protos.uuid(from.getIncarnation()),
        from.getCatchingUp(),
        from.getPartitionsList().stream()
            .map(
                p ->
                    new OpenPartition(
                        Protos.partition(p.getPartition()),
                        p.getSession(),
                        p.getLeaderEpoch(),
                        p.getLogStartOffset(),
                        p.getLogEndOffset(),
                        Protos.fromEpochs(p.getEpochsList())))
            .toList());
  }

  private static io.myelin.rpc.replication.v1.FollowerMessage ack(Ack ack) {
    var to = io.myelin.rpc.replication.v1.Ack.newBuilder();
    for (AckPartition p : ack.partitions()) {
      to.addPartitionsBuilder()
          .setPartition(Protos.partition(p.partition()))
          .setSession(p.session())
          .setLeaderEpoch(p.leaderEpoch())
          .setLogEndOffset(p.logEndOffset())
          .setFlushedOffset(p.flushedOffset())
          .setLogStartOffset(p.logStartOffset());
    }
    return io.myelin.rpc.replication.v1.FollowerMessage.newBuilder().setAck(to).build();
  }

  private static Ack ack(io.myelin.rpc.replication.v1.Ack from) {
    return new Ack(
        from.getPartitionsList().stream()
            .map(
                p ->
                    new AckPartition(
                        Protos.partition(p.getPartition()),
                        p.getSession(),
                        p.getLeaderEpoch(),
                        p.getLogEndOffset(),
                        p.getFlushedOffset(),
                        p.getLogStartOffset()))
            .toList());
  }
}

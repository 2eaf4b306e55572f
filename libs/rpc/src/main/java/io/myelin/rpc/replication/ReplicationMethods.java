package io.myelin.rpc.replication;

import io.grpc.MethodDescriptor;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.replication.v1.ReplicationGrpc;

/** The methods of {@code myelin.replication.v1}. */
public final class ReplicationMethods {
  private ReplicationMethods() {}

  /**
   * Opened by a follower to the broker that leads.
   *
   * @param buffers where received batches are put; the sending side needs none
   */
  public static MethodDescriptor<FollowerMessage, LeaderMessage> replicate(Buffers buffers) {
    return ReplicationGrpc.getReplicateMethod().toBuilder(
            new FollowerMarshaller(), new LeaderMarshaller(buffers))
        .build();
  }
}

package io.myelin.controller.session;

import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.rpc.controller.v1.DescribeReplicas;
import io.myelin.rpc.controller.v1.Heartbeat;
import io.myelin.rpc.controller.v1.ReplicaState;
import io.myelin.rpc.controller.v1.ReplicaStates;
import io.myelin.rpc.controller.v1.TopicPartition;
import io.myelin.wire.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is asked and said about single replicas, as messages. Stateless. */
final class ReplicaMessages {
  private ReplicaMessages() {}

  static DescribeReplicas describe(List<Replica> replicas) {
    DescribeReplicas.Builder to = DescribeReplicas.newBuilder();
    for (Replica replica : replicas) {
      to.addPartitions(
          TopicPartition.newBuilder()
              .setTopicId(Ids.bytes(replica.topicId()))
              .setPartition(replica.partition()));
    }
    return to.build();
  }

  static Set<Replica> offline(Heartbeat from) {
    return from.getOfflineReplicasList().stream()
        .map(ReplicaMessages::replica)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Replica replica(TopicPartition from) {
    return new Replica(Ids.uuid(from.getTopicId()), from.getPartition());
  }

  static Map<Replica, LogEnd> ends(ReplicaStates from) {
    Map<Replica, LogEnd> ends = new HashMap<>();
    for (ReplicaState state : from.getReplicasList()) {
      ends.put(
          replica(state.getPartition()), new LogEnd(state.getLastEpoch(), state.getLogEndOffset()));
    }
    return ends;
  }
}

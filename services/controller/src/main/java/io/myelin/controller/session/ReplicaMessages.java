package io.myelin.controller.session;

import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.rpc.controller.v1.Heartbeat;
import io.myelin.rpc.controller.v1.TopicPartition;
import io.myelin.wire.Ids;
import java.util.Set;
import java.util.stream.Collectors;

/** What is said about single replicas, as messages. Stateless. */
final class ReplicaMessages {
  private ReplicaMessages() {}

  static Set<Replica> offline(Heartbeat from) {
    return from.getOfflineReplicasList().stream()
        .map(ReplicaMessages::replica)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Replica replica(TopicPartition from) {
    return new Replica(Ids.uuid(from.getTopicId()), from.getPartition());
  }
}

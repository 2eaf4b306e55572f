package io.myelin.broker.api.admin;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;

/** How partitions look to a client of one listener. */
record PartitionStates(ClusterImage image, String listener) {

  /** Where the broker is reached by this client; null if it cannot be. */
  BrokerImage.Endpoint endpoint(int id) {
    BrokerImage broker = image.brokers().get(id);
    return broker == null || broker.fenced() ? null : broker.listeners().get(listener);
  }

  /**
   * Whom this client is told as the controller: a broker that it can reach, since any broker takes
   * the requests for it and hands them on. This one if possible.
   */
  int administrator(int self) {
    return alive(self)
        ? self
        : image.brokers().keySet().stream().filter(this::alive).sorted().findFirst().orElse(-1);
  }

  /** Whether the broker is known and not fenced, whatever its listeners. */
  boolean alive(int id) {
    BrokerImage broker = image.brokers().get(id);
    return broker != null && !broker.fenced();
  }

  /** The leader if this client can reach it, else -1. */
  int leader(PartitionImage partition) {
    return endpoint(partition.leader()) == null ? PartitionImage.NO_LEADER : partition.leader();
  }

  List<Integer> offline(PartitionImage partition) {
    List<Integer> offline = new ArrayList<>(0);
    for (int id : partition.replicas()) {
      if (endpoint(id) == null || partition.offline().contains(id)) {
        offline.add(id);
      }
    }
    return offline;
  }

  /** Those of the replicas that this client can reach. */
  List<Integer> online(List<Integer> replicas) {
    return replicas.stream().filter(id -> endpoint(id) != null).toList();
  }
}

package io.myelin.broker.api.fetch;

import io.myelin.broker.partition.Partition;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import java.util.Optional;

/**
 * Which replica a consumer had better read from (KIP-392): one in sync in its own rack, if the
 * leader is in another. Any thread.
 *
 * @param rackAware whether replica.selector.class asks for it
 */
public record ReadReplicas(int brokerId, MetadataPublisher metadata, boolean rackAware) {

  /**
   * @param rack of the consumer; empty: it did not say
   * @return empty: the leader, which is this broker
   */
  Optional<Integer> preferred(Partition partition, String rack) {
    if (!rackAware || rack.isEmpty()) {
      return Optional.empty();
    }
    ClusterImage image = metadata.image();
    PartitionImage state = image.partition(partition.topic(), partition.id());
    if (state == null || state.leader() != brokerId || isIn(rack, image, brokerId)) {
      return Optional.empty();
    }
    return state.replicas().stream()
        .filter(id -> state.inSync().contains(id) && isIn(rack, image, id))
        .findFirst();
  }

  private static boolean isIn(String rack, ClusterImage image, int id) {
    BrokerImage broker = image.brokers().get(id);
    return broker != null && !broker.fenced() && broker.rack().equals(Optional.of(rack));
  }
}

package io.myelin.broker.image;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.Optional;
import java.util.UUID;

/**
 * Who leads a partition, for clients that asked another broker (KIP-951): they go on there at once,
 * instead of asking for metadata first. Thread-safe; as new as this broker's metadata.
 */
public final class CurrentLeaders {
  private final MetadataPublisher metadata;

  public CurrentLeaders(MetadataPublisher metadata) {
    this.metadata = metadata;
  }

  /**
   * A leader as a client of one listener sees it.
   *
   * @param epoch the leader epoch
   */
  public record Leader(int id, int epoch, BrokerImage.Endpoint endpoint, Optional<String> rack) {}

  /** Empty: nobody leads, or nobody whom a client of {@code listener} could reach. */
  public Optional<Leader> of(String topic, int partition, String listener) {
    ClusterImage image = metadata.image();
    return of(image, image.topic(topic), partition, listener);
  }

  public Optional<Leader> of(UUID topic, int partition, String listener) {
    ClusterImage image = metadata.image();
    return of(image, image.topic(topic), partition, listener);
  }

  private static Optional<Leader> of(
      ClusterImage image, TopicImage topic, int partition, String listener) {
    if (topic == null || partition < 0 || partition >= topic.partitions().size()) {
      return Optional.empty();
    }
    PartitionImage state = topic.partitions().get(partition);
    BrokerImage broker = image.brokers().get(state.leader());
    return broker == null || broker.fenced()
        ? Optional.empty()
        : Optional.ofNullable(broker.listeners().get(listener))
            .map(at -> new Leader(broker.id(), state.leaderEpoch(), at, broker.rack()));
  }
}

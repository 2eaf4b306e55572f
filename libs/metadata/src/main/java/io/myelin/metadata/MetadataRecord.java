package io.myelin.metadata;

import java.util.Map;
import java.util.UUID;

/**
 * One key's value in a {@link MetadataStore}, decoded. Immutable. {@link MetadataCodec} has the
 * bytes, {@link MetadataKeys} the keys.
 */
public sealed interface MetadataRecord {

  /** Made once, at the cluster's first start. */
  record Cluster(String clusterId) implements MetadataRecord {}

  /**
   * A topic exists if this record does; partitions from {@code partitions} on do not, whatever
   * records they left.
   *
   * @param partitions how many it has
   */
  record Topic(String name, UUID id, int partitions) implements MetadataRecord {}

  record Partition(UUID topicId, int partition, PartitionImage image) implements MetadataRecord {}

  /** All dynamic settings of one resource; without any, there is no record. */
  record Config(ConfigKey key, Map<String, String> entries) implements MetadataRecord {}

  record Broker(BrokerImage image) implements MetadataRecord {}

  /**
   * @param next the first producer id that nobody has been given
   */
  record ProducerIds(long next) implements MetadataRecord {}

  /** Finalized feature levels by name. */
  record Features(Map<String, Short> levels) implements MetadataRecord {}
}

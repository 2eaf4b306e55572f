package io.myelin.metadata;

import java.util.UUID;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * The whole cluster's metadata at one revision. Immutable and cheap to change: a new image shares
 * what stayed the same. Thread-safe.
 *
 * @param features finalized feature levels by name
 */
public record ClusterImage(
    String clusterId,
    long revision,
    int controllerId,
    HashPMap<String, TopicImage> topics,
    HashPMap<UUID, String> topicNames,
    HashPMap<Integer, BrokerImage> brokers,
    HashPMap<ConfigKey, HashPMap<String, String>> configs,
    HashPMap<String, Short> features) {

  public static ClusterImage empty(String clusterId) {
    return new ClusterImage(
        clusterId,
        0,
        -1,
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty());
  }

  /** The topic, or null. */
  public TopicImage topic(String name) {
    return topics.get(name);
  }

  /** The topic with this id, or null. */
  public TopicImage topic(UUID id) {
    String name = topicNames.get(id);
    return name == null ? null : topics.get(name);
  }

  /** The partition, or null. */
  public PartitionImage partition(String topic, int partition) {
    TopicImage image = topics.get(topic);
    return image == null || partition < 0 || partition >= image.partitions().size()
        ? null
        : image.partitions().get(partition);
  }

  public HashPMap<String, String> config(ConfigKey key) {
    return configs.getOrDefault(key, HashTreePMap.empty());
  }
}

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

  public ClusterImage withClusterId(String id) {
    return new ClusterImage(
        id, revision, controllerId, topics, topicNames, brokers, configs, features);
  }

  public ClusterImage withRevision(long newer) {
    return new ClusterImage(
        clusterId, newer, controllerId, topics, topicNames, brokers, configs, features);
  }

  public ClusterImage withController(int id) {
    return new ClusterImage(
        clusterId, revision, id, topics, topicNames, brokers, configs, features);
  }

  /** Adds the topic, or puts it in the place of the one with its name. */
  public ClusterImage withTopic(TopicImage topic) {
    TopicImage former = topics.get(topic.name());
    HashPMap<UUID, String> names = topicNames;
    if (former == null || !former.id().equals(topic.id())) {
      names = (former == null ? names : names.minus(former.id())).plus(topic.id(), topic.name());
    }
    return new ClusterImage(
        clusterId,
        revision,
        controllerId,
        topics.plus(topic.name(), topic),
        names,
        brokers,
        configs,
        features);
  }

  public ClusterImage withoutTopic(String name) {
    TopicImage topic = topics.get(name);
    return topic == null
        ? this
        : new ClusterImage(
            clusterId,
            revision,
            controllerId,
            topics.minus(name),
            topicNames.minus(topic.id()),
            brokers,
            configs,
            features);
  }

  public ClusterImage withBroker(BrokerImage broker) {
    return new ClusterImage(
        clusterId,
        revision,
        controllerId,
        topics,
        topicNames,
        brokers.plus(broker.id(), broker),
        configs,
        features);
  }

  public ClusterImage withoutBroker(int id) {
    return new ClusterImage(
        clusterId,
        revision,
        controllerId,
        topics,
        topicNames,
        brokers.minus(id),
        configs,
        features);
  }

  /** All settings of one resource; empty: none. */
  public ClusterImage withConfig(ConfigKey key, HashPMap<String, String> entries) {
    return new ClusterImage(
        clusterId,
        revision,
        controllerId,
        topics,
        topicNames,
        brokers,
        entries.isEmpty() ? configs.minus(key) : configs.plus(key, entries),
        features);
  }

  public ClusterImage withFeatures(HashPMap<String, Short> levels) {
    return new ClusterImage(
        clusterId, revision, controllerId, topics, topicNames, brokers, configs, levels);
  }
}

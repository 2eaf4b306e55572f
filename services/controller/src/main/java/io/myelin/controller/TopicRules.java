package io.myelin.controller;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;

/** The settings of a topic that elections obey, as they are in force. Stateless. */
final class TopicRules {
  static final String MIN_IN_SYNC = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";
  static final ConfigKey ALL_BROKERS = new ConfigKey(ConfigKey.Type.BROKER, "");

  private final int minInSyncDefault;

  /**
   * @param minInSyncDefault where neither topic nor cluster say anything, as the only process may
   */
  TopicRules(int minInSyncDefault) {
    this.minInSyncDefault = minInSyncDefault;
  }

  int minInSync(ClusterImage image, String topic) {
    String value = value(image, topic, MIN_IN_SYNC);
    return value == null ? minInSyncDefault : Integer.parseInt(value.trim());
  }

  boolean uncleanElection(ClusterImage image, String topic) {
    String value = value(image, topic, UNCLEAN);
    return value != null && Boolean.parseBoolean(value.trim());
  }

  /** Whether elections of the topic's partitions obey the same in both images. */
  boolean areSame(ClusterImage before, ClusterImage now, String topic) {
    return minInSync(before, topic) == minInSync(now, topic)
        && uncleanElection(before, topic) == uncleanElection(now, topic);
  }

  /** The next record of a partition, by the rules of its topic. */
  PartitionChange change(ClusterImage image, TopicImage topic, PartitionImage before) {
    return new PartitionChange(
            before, id -> PartitionDecisions.mayLead(image, id), minInSync(image, topic.name()))
        .allowUnclean(uncleanElection(image, topic.name()));
  }

  private static String value(ClusterImage image, String topic, String name) {
    String own = image.config(new ConfigKey(ConfigKey.Type.TOPIC, topic)).get(name);
    return own != null ? own : image.config(ALL_BROKERS).get(name);
  }
}

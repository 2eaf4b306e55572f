package io.myelin.controller;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;

/** The settings of a topic that elections obey, as they are in force. Stateless. */
final class TopicRules {
  private static final String MIN_IN_SYNC = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";
  private static final ConfigKey ALL_BROKERS = new ConfigKey(ConfigKey.Type.BROKER, "");

  private final int minInSyncDefault;

  /**
   * @param minInSyncDefault where neither topic nor cluster say anything
   */
  TopicRules(int minInSyncDefault) {
    this.minInSyncDefault = minInSyncDefault;
  }

  int minInSync(ClusterImage image, String topic) {
    String value = value(image, topic, MIN_IN_SYNC);
    return value == null ? minInSyncDefault : Integer.parseInt(value);
  }

  boolean uncleanElection(ClusterImage image, String topic) {
    return Boolean.parseBoolean(value(image, topic, UNCLEAN));
  }

  private static String value(ClusterImage image, String topic, String name) {
    String own = image.config(new ConfigKey(ConfigKey.Type.TOPIC, topic)).get(name);
    return own != null ? own : image.config(ALL_BROKERS).get(name);
  }
}

package io.myelin.simulation;

import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;

/** Requests to make a topic. */
public final class TopicRequests {
  public static final int VERSION = 7;

  private TopicRequests() {}

  public static CreateTopicsRequestData create(
      String topic, int partitions, int replicas, Map<String, String> configs, int timeoutMs) {
    CreatableTopicConfigCollection entries = new CreatableTopicConfigCollection();
    configs.forEach(
        (key, value) -> entries.add(new CreatableTopicConfig().setName(key).setValue(value)));
    CreatableTopicCollection topics = new CreatableTopicCollection();
    topics.add(
        new CreatableTopic()
            .setName(topic)
            .setNumPartitions(partitions)
            .setReplicationFactor((short) replicas)
            .setConfigs(entries));
    return new CreateTopicsRequestData().setTopics(topics).setTimeoutMs(timeoutMs);
  }
}

package io.myelin.simulation.cluster;

import io.myelin.simulation.TopicRequests;
import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Makes one topic with three replicas, however often it has to ask. */
final class ClusterTopicMaker extends ClusterClient {
  private final String topic;
  private final int partitions;
  private final Map<String, String> configs;
  private boolean done;

  ClusterTopicMaker(ClusterWorld world, String topic, int partitions, Map<String, String> configs) {
    super(world, "maker-of-" + topic);
    this.topic = topic;
    this.partitions = partitions;
    this.configs = configs;
  }

  boolean isDone() {
    return done;
  }

  @Override
  void locate() {
    onConnected(); // any broker will do
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.CREATE_TOPICS,
        TopicRequests.VERSION,
        TopicRequests.create(topic, partitions, 3, configs, 2_000),
        CreateTopicsResponseData.class,
        this::answered);
  }

  private void answered(CreateTopicsResponseData answer) {
    switch (Errors.forCode(answer.topics().iterator().next().errorCode())) {
      case NONE, TOPIC_ALREADY_EXISTS -> {
        done = true;
        stop();
      }
      default -> later(50, this::reconnect); // not all brokers are there yet
    }
  }
}

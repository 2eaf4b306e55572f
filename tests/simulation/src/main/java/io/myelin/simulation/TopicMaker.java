package io.myelin.simulation;

import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Makes one topic, however often it has to ask. */
final class TopicMaker extends Client {
  private final String topic;
  private final int partitions;
  private final Map<String, String> configs;
  private boolean done;

  TopicMaker(World world, String topic, int partitions, Map<String, String> configs) {
    super(world, "maker-of-" + topic);
    this.topic = topic;
    this.partitions = partitions;
    this.configs = configs;
  }

  boolean isDone() {
    return done;
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.CREATE_TOPICS,
        TopicRequests.VERSION,
        TopicRequests.create(topic, partitions, 1, configs, 5_000),
        CreateTopicsResponseData.class,
        this::answered);
  }

  private void answered(CreateTopicsResponseData answer) {
    var result = answer.topics().iterator().next();
    switch (Errors.forCode(result.errorCode())) {
      case NONE, TOPIC_ALREADY_EXISTS -> {
        done = true;
        stop();
      }
      default -> {
        world.violation(
            name + ": " + Errors.forCode(result.errorCode()) + " " + result.errorMessage());
      }
    }
  }
}

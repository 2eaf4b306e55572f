package io.myelin.broker.image;

import io.myelin.broker.config.BrokerConfig.InternalTopicSettings;
import io.myelin.metadata.Controller.NewTopic;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.internals.Topic;

/** How the topics are made that the broker itself needs. Immutable. */
public record InternalTopics(InternalTopicSettings offsets) {

  /** What to make the topic with; empty if it is none of the broker's own. */
  public Optional<NewTopic> definition(String name) {
    return name.equals(Topic.GROUP_METADATA_TOPIC_NAME)
        ? Optional.of(
            new NewTopic(
                name,
                offsets.partitions(),
                offsets.replicationFactor(),
                Map.of(),
                Map.of(
                    "cleanup.policy", "compact",
                    "compression.type", "producer",
                    "segment.bytes", Integer.toString(offsets.segmentBytes()))))
        : Optional.empty();
  }
}

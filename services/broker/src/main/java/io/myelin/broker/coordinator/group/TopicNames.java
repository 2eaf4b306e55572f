package io.myelin.broker.coordinator.group;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** Which topics exist, as this broker knows it now. Thread-safe; does not block. */
public interface TopicNames {

  /** The topic's id, or empty if it does not exist. */
  Optional<Uuid> id(String topic);

  /** The name of the topic with this id, or empty if there is none. */
  Optional<String> name(Uuid topicId);

  boolean exists(String topic, int partition);
}

package io.myelin.broker.api.admin;

import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Topic ids in Kafka's class and in Java's. */
final class KafkaIds {
  private KafkaIds() {}

  static Uuid kafka(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  static UUID java(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}

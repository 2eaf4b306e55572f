package io.myelin.broker.api;

import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Kafka's topic ids and Java's are the same 128 bits. */
public final class TopicIds {
  private TopicIds() {}

  public static UUID of(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  public static Uuid of(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}

package io.myelin.metadata;

/**
 * What a dynamic configuration belongs to. @param name topic, group or broker id; "" is the default
 * of all brokers
 */
public record ConfigKey(Type type, String name) {
  public enum Type {
    TOPIC,
    BROKER,
    GROUP,
    CLIENT_METRICS
  }
}

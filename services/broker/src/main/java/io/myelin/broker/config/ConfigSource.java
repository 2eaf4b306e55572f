package io.myelin.broker.config;

/** Where a value comes from, the strongest first, with the numbers of the Kafka protocol. */
public enum ConfigSource {
  TOPIC(1),
  GROUP(8),
  DYNAMIC_BROKER(2),
  DYNAMIC_DEFAULT_BROKER(3),
  STATIC_BROKER(4),
  DEFAULT(5),
  CLIENT_METRICS(7),
  BROKER_LOGGER(6);

  private final byte id;

  ConfigSource(int id) {
    this.id = (byte) id;
  }

  public byte id() {
    return id;
  }
}

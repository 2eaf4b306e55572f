package io.myelin.metadata;

import java.util.Locale;
import java.util.UUID;

/** The keys that {@link MetadataRecord}s are stored under; docs/formats/metadata.md lists them. */
public final class MetadataKeys {
  public static final String CLUSTER = "cluster";
  public static final String FEATURES = "features";
  public static final String PRODUCER_IDS = "producer-ids";
  static final String TOPICS = "topics/";
  static final String PARTITIONS = "partitions/";
  static final String CONFIGS = "configs/";
  static final String BROKERS = "brokers/";

  private MetadataKeys() {}

  public static String topic(String name) {
    return TOPICS + name;
  }

  public static String partition(UUID topicId, int partition) {
    return PARTITIONS + topicId + "/" + partition;
  }

  public static String config(ConfigKey key) {
    return CONFIGS + typeName(key.type()) + "/" + key.name();
  }

  public static String broker(int id) {
    return BROKERS + id;
  }

  public static boolean isPartition(String key) {
    return key.startsWith(PARTITIONS);
  }

  /** The key of {@code record}. */
  public static String of(MetadataRecord record) {
    return switch (record) {
      case MetadataRecord.Cluster ignored -> CLUSTER;
      case MetadataRecord.Features ignored -> FEATURES;
      case MetadataRecord.ProducerIds ignored -> PRODUCER_IDS;
      case MetadataRecord.Topic topic -> topic(topic.name());
      case MetadataRecord.Partition p -> partition(p.topicId(), p.partition());
      case MetadataRecord.Config config -> config(config.key());
      case MetadataRecord.Broker broker -> broker(broker.image().id());
    };
  }

  /** What a key names; the record's own fields are not repeated in its value. */
  sealed interface Parsed {
    record Cluster() implements Parsed {}

    record Features() implements Parsed {}

    record ProducerIds() implements Parsed {}

    record Topic(String name) implements Parsed {}

    record Partition(UUID topicId, int partition) implements Parsed {}

    record Config(ConfigKey key) implements Parsed {}

    record Broker(int id) implements Parsed {}
  }

  /**
   * @throws MetadataFormatException if no record has such a key
   */
  static Parsed parse(String key) {
    try {
      if (key.equals(CLUSTER)) {
        return new Parsed.Cluster();
      } else if (key.equals(FEATURES)) {
        return new Parsed.Features();
      } else if (key.equals(PRODUCER_IDS)) {
        return new Parsed.ProducerIds();
      } else if (key.startsWith(TOPICS)) {
        return new Parsed.Topic(key.substring(TOPICS.length()));
      } else if (key.startsWith(PARTITIONS)) {
        int slash = key.lastIndexOf('/');
        UUID topicId = UUID.fromString(key.substring(PARTITIONS.length(), slash));
        return new Parsed.Partition(topicId, Integer.parseInt(key.substring(slash + 1)));
      } else if (key.startsWith(CONFIGS)) {
        int slash = key.indexOf('/', CONFIGS.length());
        ConfigKey.Type type = typeOf(key.substring(CONFIGS.length(), slash));
        return new Parsed.Config(new ConfigKey(type, key.substring(slash + 1)));
      } else if (key.startsWith(BROKERS)) {
        return new Parsed.Broker(Integer.parseInt(key.substring(BROKERS.length())));
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      throw new MetadataFormatException("Malformed metadata key '" + key + "'", e);
    }
    throw new MetadataFormatException("Unknown metadata key '" + key + "'", null);
  }

  private static String typeName(ConfigKey.Type type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ConfigKey.Type typeOf(String name) {
    return ConfigKey.Type.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}

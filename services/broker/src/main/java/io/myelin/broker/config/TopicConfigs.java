package io.myelin.broker.config;

import io.myelin.broker.partition.PartitionSettings;
import io.myelin.log.LogConfig;
import io.myelin.log.record.BatchRules;
import io.myelin.log.record.BatchRules.TargetCompression;
import io.myelin.log.record.CompressionType;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The effective configs of topics: the topic's own, else those of the broker behind them, else the
 * default. Pure functions of an image; thread-safe.
 */
public final class TopicConfigs {
  private final BrokerConfigs broker;

  public TopicConfigs(BrokerConfigs broker) {
    this.broker = broker;
  }

  /** What a topic's partitions obey. */
  public PartitionSettings settings(ClusterImage image, String topic) {
    Values values = new Values(image, overrides(image, topic));
    return new PartitionSettings(
        logConfig(image, values), batchRules(values), values.integer("min.insync.replicas"));
  }

  /** min.insync.replicas of a topic. */
  public int minInsyncReplicas(ClusterImage image, String topic) {
    return new Values(image, overrides(image, topic)).integer("min.insync.replicas");
  }

  /** All that a client may see of a topic, by name. */
  public Map<String, EffectiveConfig> describe(ClusterImage image, String topic) {
    return describe(image, overrides(image, topic));
  }

  /** The same for a topic that is about to have {@code overrides}. */
  public Map<String, EffectiveConfig> describe(ClusterImage image, Map<String, String> overrides) {
    Map<String, EffectiveConfig> described = new TreeMap<>();
    TopicDefinitions.ALL.forEach(
        (name, definition) -> described.put(name, effective(image, overrides, definition)));
    return described;
  }

  private static Map<String, String> overrides(ClusterImage image, String topic) {
    return image.config(new ConfigKey(ConfigKey.Type.TOPIC, topic));
  }

  private EffectiveConfig effective(
      ClusterImage image, Map<String, String> overrides, ConfigDefinition definition) {
    List<EffectiveConfig.Synonym> synonyms = new ArrayList<>();
    String own = overrides.get(definition.name());
    if (own != null) {
      synonyms.add(
          new EffectiveConfig.Synonym(
              definition.name(), definition.normalized(own), ConfigSource.TOPIC));
    }
    List<TopicSynonyms.Synonym> behind = TopicSynonyms.behind(definition.name());
    List<EffectiveConfig.Synonym> levels =
        broker.levels(image, behind.stream().map(TopicSynonyms.Synonym::broker).toList());
    synonyms.addAll(levels);
    String value;
    ConfigSource source;
    if (own != null) {
      value = synonyms.getFirst().value();
      source = ConfigSource.TOPIC;
    } else if (levels.isEmpty()) {
      value = definition.defaultValue();
      source = ConfigSource.DEFAULT;
    } else {
      EffectiveConfig.Synonym strongest = strongest(levels, behind);
      value = definition.normalized(convert(strongest, behind));
      source = strongest.source();
    }
    return new EffectiveConfig(definition, value, source, synonyms);
  }

  /** Of several units, the finest that is set anywhere counts, as in Kafka; then the level. */
  private static EffectiveConfig.Synonym strongest(
      List<EffectiveConfig.Synonym> levels, List<TopicSynonyms.Synonym> behind) {
    for (TopicSynonyms.Synonym synonym : behind) {
      for (EffectiveConfig.Synonym level : levels) {
        if (level.name().equals(synonym.broker())) {
          return level;
        }
      }
    }
    return levels.getFirst();
  }

  private static String convert(EffectiveConfig.Synonym level, List<TopicSynonyms.Synonym> behind) {
    return behind.stream()
        .filter(synonym -> synonym.broker().equals(level.name()))
        .findFirst()
        .map(synonym -> synonym.convert().apply(level.value()))
        .orElse(level.value());
  }

  private LogConfig logConfig(ClusterImage image, Values values) {
    List<String> policy = values.list("cleanup.policy");
    return new LogConfig(
        values.segmentBytes(),
        values.longValue("segment.ms"),
        values.longValue("segment.jitter.ms"),
        values.integer("segment.index.bytes"),
        values.integer("index.interval.bytes"),
        values.longValue("retention.bytes"),
        values.longValue("retention.ms"),
        policy.contains("delete"),
        policy.contains("compact"),
        Double.parseDouble(values.text("min.cleanable.dirty.ratio")),
        values.longValue("min.compaction.lag.ms"),
        values.longValue("max.compaction.lag.ms"),
        values.longValue("delete.retention.ms"),
        values.longValue("file.delete.delay.ms"),
        values.longValue("flush.messages"),
        values.longValue("flush.ms"),
        Boolean.parseBoolean(values.text("preallocate")),
        (int) broker.longValue(image, "producer.id.expiration.ms"));
  }

  private static BatchRules batchRules(Values values) {
    return new BatchRules(
        values.integer("max.message.bytes"),
        values.list("cleanup.policy").contains("compact"),
        values.text("message.timestamp.type").equals("LogAppendTime"),
        values.longValue("message.timestamp.before.max.ms"),
        values.longValue("message.timestamp.after.max.ms"),
        compression(values),
        true);
  }

  private static TargetCompression compression(Values values) {
    String type = values.text("compression.type");
    for (CompressionType codec : CompressionType.values()) {
      if (codec.configName().equals(type)) {
        int level =
            switch (codec) {
              case GZIP -> values.integer("compression.gzip.level");
              case LZ4 -> values.integer("compression.lz4.level");
              case ZSTD -> values.integer("compression.zstd.level");
              case NONE, SNAPPY -> 0;
            };
        return new TargetCompression.Fixed(codec, level);
      }
    }
    return new TargetCompression.Producers();
  }

  /** Typed access to one topic's values. */
  private final class Values {
    private final ClusterImage image;
    private final Map<String, String> overrides;

    Values(ClusterImage image, Map<String, String> overrides) {
      this.image = image;
      this.overrides = overrides;
    }

    String text(String name) {
      return effective(image, overrides, TopicDefinitions.ALL.get(name)).value();
    }

    int segmentBytes() {
      String own = overrides.get(TopicDefinitions.INTERNAL_SEGMENT_BYTES.name());
      return own == null ? integer("segment.bytes") : Integer.parseInt(own.trim());
    }

    int integer(String name) {
      return Integer.parseInt(text(name));
    }

    long longValue(String name) {
      return Long.parseLong(text(name));
    }

    List<String> list(String name) {
      return List.of(text(name).split(","));
    }
  }
}

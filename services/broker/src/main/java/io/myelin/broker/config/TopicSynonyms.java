package io.myelin.broker.config;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Which broker configs give a topic config its default: the first of them that is set, at the
 * highest level at which any is.
 */
public final class TopicSynonyms {
  /**
   * @param broker name of the broker config
   * @param convert from its unit to the topic config's
   */
  public record Synonym(String broker, UnaryOperator<String> convert) {}

  private static final UnaryOperator<String> HOURS = times(3_600_000);
  private static final UnaryOperator<String> MINUTES = times(60_000);

  private static final Map<String, List<Synonym>> BY_TOPIC_CONFIG =
      Map.ofEntries(
          same("segment.bytes", "log.segment.bytes"),
          Map.entry("segment.ms", List.of(of("log.roll.ms"), of("log.roll.hours", HOURS))),
          Map.entry(
              "segment.jitter.ms",
              List.of(of("log.roll.jitter.ms"), of("log.roll.jitter.hours", HOURS))),
          same("segment.index.bytes", "log.index.size.max.bytes"),
          same("flush.messages", "log.flush.interval.messages"),
          Map.entry(
              "flush.ms",
              List.of(of("log.flush.interval.ms"), of("log.flush.scheduler.interval.ms"))),
          same("retention.bytes", "log.retention.bytes"),
          Map.entry(
              "retention.ms",
              List.of(
                  of("log.retention.ms"),
                  of("log.retention.minutes", MINUTES),
                  of("log.retention.hours", HOURS))),
          same("max.message.bytes", "message.max.bytes"),
          same("index.interval.bytes", "log.index.interval.bytes"),
          same("delete.retention.ms", "log.cleaner.delete.retention.ms"),
          same("min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"),
          same("max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
          same("file.delete.delay.ms", "log.segment.delete.delay.ms"),
          same("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"),
          same("cleanup.policy", "log.cleanup.policy"),
          same("unclean.leader.election.enable", "unclean.leader.election.enable"),
          same("min.insync.replicas", "min.insync.replicas"),
          same("compression.type", "compression.type"),
          same("compression.gzip.level", "compression.gzip.level"),
          same("compression.lz4.level", "compression.lz4.level"),
          same("compression.zstd.level", "compression.zstd.level"),
          same("preallocate", "log.preallocate"),
          same("message.timestamp.type", "log.message.timestamp.type"),
          same("message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"),
          same("message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"),
          same("local.retention.ms", "log.local.retention.ms"),
          same("local.retention.bytes", "log.local.retention.bytes"));

  private static final List<List<String>> BROKER_GROUPS =
      BY_TOPIC_CONFIG.values().stream()
          .filter(list -> list.size() > 1)
          .map(list -> list.stream().map(Synonym::broker).toList())
          .toList();

  private TopicSynonyms() {}

  /** The broker configs behind a topic config, the strongest first; empty: none. */
  public static List<Synonym> behind(String topicConfig) {
    return BY_TOPIC_CONFIG.getOrDefault(topicConfig, List.of());
  }

  /** A broker config and those that say the same in another unit and have less weight. */
  public static List<String> weaker(String brokerConfig) {
    for (List<String> group : BROKER_GROUPS) {
      int at = group.indexOf(brokerConfig);
      if (at >= 0) {
        return group.subList(at, group.size());
      }
    }
    return List.of(brokerConfig);
  }

  private static Map.Entry<String, List<Synonym>> same(String topic, String broker) {
    return Map.entry(topic, List.of(of(broker)));
  }

  private static Synonym of(String broker) {
    return new Synonym(broker, UnaryOperator.identity());
  }

  private static Synonym of(String broker, UnaryOperator<String> convert) {
    return new Synonym(broker, convert);
  }

  private static UnaryOperator<String> times(long unitMs) {
    return text -> {
      long value = Long.parseLong(text.trim());
      return Long.toString(value < 0 ? -1 : value * unitMs);
    };
  }
}

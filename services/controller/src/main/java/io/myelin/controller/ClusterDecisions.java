package io.myelin.controller;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;

/** Settings and producer ids: pure decisions on a state. */
final class ClusterDecisions {
  // As in Kafka: one write per thousand idempotent producers.
  static final int PRODUCER_ID_BLOCK = 1000;

  private final TopicRules rules;
  private final boolean severalProcesses;

  /**
   * @param severalProcesses whether brokers are processes of their own, with files of their own
   */
  ClusterDecisions(TopicRules rules, boolean severalProcesses) {
    this.rules = rules;
    this.severalProcesses = severalProcesses;
  }

  /**
   * Alters settings, and with them the partitions whose elections obey them: those are written
   * first, so that nobody is eligible any more for what the old settings said when a leader may
   * commit by the new ones.
   */
  Decision<Result<Void>> alterConfig(ControllerState state, ConfigChange change) {
    ConfigKey key = change.key();
    if (key.type() == ConfigKey.Type.TOPIC && state.image().topic(key.name()) == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_TOPIC, "The topic '" + key.name() + "' does not exist.");
    }
    Map<String, String> before = state.image().config(key);
    Map<String, String> entries = new HashMap<>(before);
    change
        .changes()
        .forEach(
            (name, value) ->
                value.ifPresentOrElse(v -> entries.put(name, v), () -> entries.remove(name)));
    if (entries.equals(before)) {
      return Decision.ok(List.of(), null);
    }
    if (severalProcesses
        && key.equals(TopicRules.ALL_BROKERS)
        && !entries.containsKey(TopicRules.MIN_IN_SYNC)) {
      return Decision.refuse(
          Refusal.INVALID_CONFIG,
          "The default of all brokers for %s cannot be removed, or each process would have its own; set it to another value."
              .formatted(TopicRules.MIN_IN_SYNC));
    }
    List<RecordChange> records =
        new ArrayList<>(
            partitions(
                state.image(), state.image().withConfig(key, HashTreePMap.from(entries)), key));
    records.add(
        entries.isEmpty()
            ? RecordChange.delete(MetadataKeys.config(key))
            : RecordChange.put(new MetadataRecord.Config(key, Map.copyOf(entries))));
    return Decision.ok(records, null);
  }

  /** What becomes of the partitions by the rules as they are {@code now}. */
  private List<RecordChange> partitions(ClusterImage before, ClusterImage now, ConfigKey changed) {
    List<RecordChange> records = new ArrayList<>();
    for (TopicImage topic : topicsOf(now, changed)) {
      if (rules.areSame(before, now, topic.name())) {
        continue;
      }
      int p = 0;
      for (PartitionImage partition : topic.partitions()) {
        int number = p++;
        if (isConcerned(partition)) {
          rules
              .change(now, topic, partition)
              .result()
              .map(after -> new MetadataRecord.Partition(topic.id(), number, after))
              .ifPresent(record -> records.add(RecordChange.put(record)));
        }
      }
    }
    return records;
  }

  private static Collection<TopicImage> topicsOf(ClusterImage image, ConfigKey changed) {
    if (changed.type() == ConfigKey.Type.TOPIC) {
      return List.of(image.topic(changed.name()));
    }
    return changed.equals(TopicRules.ALL_BROKERS) ? image.topics().values() : List.of();
  }

  /** Who may lead may be another one; wherever all is well nobody has to ask. */
  private static boolean isConcerned(PartitionImage partition) {
    return !partition.hasLeader()
        || !partition.eligible().isEmpty()
        || !partition.lastKnown().isEmpty();
  }

  static Decision<ProducerIdBlock> allocateProducerIds(ControllerState state) {
    long first = state.nextProducerId();
    return new Decision<>(
        List.of(RecordChange.put(new MetadataRecord.ProducerIds(first + PRODUCER_ID_BLOCK))),
        new ProducerIdBlock(first, PRODUCER_ID_BLOCK));
  }
}

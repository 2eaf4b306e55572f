package io.myelin.metadata;

import io.myelin.metadata.MetadataRecord.Broker;
import io.myelin.metadata.MetadataRecord.Cluster;
import io.myelin.metadata.MetadataRecord.Config;
import io.myelin.metadata.MetadataRecord.Features;
import io.myelin.metadata.MetadataRecord.Partition;
import io.myelin.metadata.MetadataRecord.ProducerIds;
import io.myelin.metadata.MetadataRecord.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pcollections.HashTreePMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * Applies record changes to an image, at the cost of what changed. Confined to one thread, used
 * once.
 *
 * <p>A topic's own record is what makes its partitions real: partition records beyond its count,
 * and those of topics without a record, are left over from a change that was never committed; they
 * do not reach the image, and {@link #leftovers} names them.
 */
public final class ImageChanges {
  private ClusterImage image;
  private final Set<String> topics = new HashSet<>();
  private final Set<ConfigKey> configs = new HashSet<>();
  private final Set<Integer> brokers = new HashSet<>();
  private final List<String> leftovers = new ArrayList<>();

  private ImageChanges(ClusterImage image) {
    this.image = image;
  }

  /** The image after {@code changes}, which were committed at {@code revision}. */
  public static ImageChanges apply(ClusterImage before, long revision, List<RecordChange> changes) {
    ImageChanges result = new ImageChanges(before);
    result.applyAll(changes);
    result.image = result.image.withRevision(revision);
    return result;
  }

  /** The image of a whole store. */
  public static ImageChanges load(MetadataStore.Listing listing) {
    List<RecordChange> changes = new ArrayList<>(listing.entries().size());
    listing
        .entries()
        .forEach(
            (key, entry) ->
                changes.add(RecordChange.put(MetadataCodec.decode(key, entry.value()))));
    return apply(ClusterImage.empty(""), listing.revision(), changes);
  }

  public ClusterImage image() {
    return image;
  }

  public MetadataPublisher.Changes changes() {
    return new MetadataPublisher.Changes(topics, configs, brokers);
  }

  /** Keys whose records stand for nothing; whoever owns the store deletes them. */
  public List<String> leftovers() {
    return leftovers;
  }

  private void applyAll(List<RecordChange> changes) {
    Map<UUID, Map<Integer, PartitionImage>> partitions = new HashMap<>();
    Map<UUID, Topic> created = new HashMap<>();
    for (RecordChange change : changes) {
      if (change.record().isEmpty()) {
        delete(MetadataKeys.parse(change.key()));
        continue;
      }
      switch (change.record().get()) {
        case Cluster cluster -> image = image.withClusterId(cluster.clusterId());
        case Topic topic -> created.put(topic.id(), topic);
        case Partition p ->
            partitions
                .computeIfAbsent(p.topicId(), id -> new HashMap<>())
                .put(p.partition(), p.image());
        case Config config -> {
          image = image.withConfig(config.key(), HashTreePMap.from(config.entries()));
          configs.add(config.key());
        }
        case Broker broker -> {
          image = image.withBroker(broker.image());
          brokers.add(broker.image().id());
        }
        case ProducerIds ignored -> {}
        case Features features -> image = image.withFeatures(HashTreePMap.from(features.levels()));
      }
    }
    created.values().forEach(topic -> putTopic(topic, partitions.remove(topic.id())));
    partitions.forEach(this::putPartitions);
    configs.stream()
        .filter(key -> key.type() == ConfigKey.Type.TOPIC && image.topic(key.name()) == null)
        .filter(key -> !image.config(key).isEmpty())
        .toList()
        .forEach(this::dropConfig);
  }

  private void dropConfig(ConfigKey key) {
    image = image.withConfig(key, HashTreePMap.empty());
    leftovers.add(MetadataKeys.config(key));
  }

  private void delete(MetadataKeys.Parsed key) {
    switch (key) {
      case MetadataKeys.Parsed.Topic topic -> {
        image = image.withoutTopic(topic.name());
        topics.add(topic.name());
      }
      case MetadataKeys.Parsed.Config config -> {
        image = image.withConfig(config.key(), HashTreePMap.empty());
        configs.add(config.key());
      }
      case MetadataKeys.Parsed.Broker broker -> {
        image = image.withoutBroker(broker.id());
        brokers.add(broker.id());
      }
      case MetadataKeys.Parsed.Features ignored -> image = image.withFeatures(HashTreePMap.empty());
      // A partition goes with its topic's record; the other two are never deleted.
      case MetadataKeys.Parsed.Partition ignored -> {}
      case MetadataKeys.Parsed.Cluster ignored -> {}
      case MetadataKeys.Parsed.ProducerIds ignored -> {}
    }
  }

  private void putTopic(Topic topic, Map<Integer, PartitionImage> changed) {
    Map<Integer, PartitionImage> records = Optional.ofNullable(changed).orElseGet(Map::of);
    TopicImage before = image.topic(topic.id());
    PVector<PartitionImage> partitions = before == null ? TreePVector.empty() : before.partitions();
    List<PartitionImage> added = new ArrayList<>();
    for (int p = partitions.size(); p < topic.partitions(); p++) {
      PartitionImage partition = records.get(p);
      if (partition == null) {
        throw new MetadataFormatException(
            "Topic '" + topic.name() + "' has no record of its partition " + p, null);
      }
      added.add(partition);
    }
    for (var record : records.entrySet()) {
      if (record.getKey() < partitions.size()) {
        partitions = partitions.with(record.getKey(), record.getValue());
      } else if (record.getKey() >= topic.partitions()) {
        leftovers.add(MetadataKeys.partition(topic.id(), record.getKey()));
      }
    }
    image = image.withTopic(new TopicImage(topic.name(), topic.id(), partitions.plusAll(added)));
    topics.add(topic.name());
  }

  private void putPartitions(UUID topicId, Map<Integer, PartitionImage> records) {
    TopicImage topic = image.topic(topicId);
    int count = topic == null ? 0 : topic.partitions().size();
    PVector<PartitionImage> partitions = topic == null ? null : topic.partitions();
    for (var record : records.entrySet()) {
      if (record.getKey() >= count) {
        leftovers.add(MetadataKeys.partition(topicId, record.getKey()));
      } else {
        partitions = partitions.with(record.getKey(), record.getValue());
      }
    }
    if (topic != null) {
      image = image.withTopic(new TopicImage(topic.name(), topicId, partitions));
      topics.add(topic.name());
    }
  }
}

package io.myelin.controller;

import io.myelin.env.Randomness;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.NewPartitions;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.pcollections.TreePVector;

/**
 * Creates, enlarges and deletes topics: pure decisions on a state, with Kafka's rules and messages.
 */
final class TopicDecisions {
  // As in Kafka: one request must not keep the controller from all others, or take its memory.
  private static final int PARTITIONS_ADDED_MAX = 10_000;

  private final ControllerSettings settings;
  private final ReplicaPlacer placer;
  private final Randomness randomness;

  TopicDecisions(ControllerSettings settings, ReplicaPlacer placer, Randomness randomness) {
    this.settings = settings;
    this.placer = placer;
    this.randomness = randomness;
  }

  Decision<Result<TopicImage>> create(ControllerState state, NewTopic topic) {
    try {
      TopicNames.check(topic.name());
      checkUnused(state, topic.name());
      List<PartitionImage> partitions =
          topic.assignment().isEmpty()
              ? placed(state.image(), topic)
              : assigned(state.image(), topic);
      TopicImage created = new TopicImage(topic.name(), newTopicId(), TreePVector.from(partitions));
      return Decision.ok(records(created, topic.configs()), created);
    } catch (RefusedException e) {
      return Decision.refuse(e.refusal(), e.getMessage());
    }
  }

  Decision<Result<TopicImage>> delete(ControllerState state, String name) {
    TopicImage topic = state.image().topic(name);
    if (topic == null) {
      return unknown();
    }
    List<RecordChange> records = new ArrayList<>(topic.partitions().size() + 2);
    records.add(RecordChange.delete(MetadataKeys.topic(name)));
    ConfigKey config = new ConfigKey(ConfigKey.Type.TOPIC, name);
    if (!state.image().config(config).isEmpty()) {
      records.add(RecordChange.delete(MetadataKeys.config(config)));
    }
    for (int p = 0; p < topic.partitions().size(); p++) {
      records.add(RecordChange.delete(MetadataKeys.partition(topic.id(), p)));
    }
    return Decision.ok(records, topic);
  }

  Decision<Result<TopicImage>> enlarge(ControllerState state, NewPartitions request) {
    TopicImage topic = state.image().topic(request.topic());
    if (topic == null) {
      return unknown();
    }
    try {
      int present = topic.partitions().size();
      checkIncrease(request, present);
      List<PartitionImage> added = added(state.image(), topic, request);
      List<RecordChange> records = new ArrayList<>(added.size() + 1);
      for (int i = 0; i < added.size(); i++) {
        records.add(
            RecordChange.put(new MetadataRecord.Partition(topic.id(), present + i, added.get(i))));
      }
      records.add(
          RecordChange.put(
              new MetadataRecord.Topic(topic.name(), topic.id(), request.totalCount())));
      return Decision.ok(
          records, new TopicImage(topic.name(), topic.id(), topic.partitions().plusAll(added)));
    } catch (RefusedException e) {
      return Decision.refuse(e.refusal(), e.getMessage());
    }
  }

  private static void checkUnused(ControllerState state, String name) {
    if (TopicNames.canCollide(name)) {
      String other = state.unifiedNames().get(TopicNames.unified(name));
      if (other != null && !other.equals(name)) {
        throw new RefusedException(
            Refusal.INVALID_TOPIC, "Topic '" + name + "' collides with existing topic: " + other);
      }
    }
    if (state.image().topic(name) != null) {
      throw new RefusedException(
          Refusal.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists.");
    }
  }

  private List<PartitionImage> placed(ClusterImage image, NewTopic topic) {
    int factor = topic.replicationFactor();
    if (factor < -1 || factor == 0) {
      throw new RefusedException(
          Refusal.INVALID_REPLICATION_FACTOR,
          "Replication factor must be larger than 0, or -1 to use the default value.");
    }
    if (topic.partitions() < -1 || topic.partitions() == 0) {
      throw new RefusedException(
          Refusal.INVALID_PARTITIONS,
          "Number of partitions was set to an invalid non-positive value.");
    }
    return place(
        image,
        topic.partitions() == -1 ? settings.defaultPartitions() : topic.partitions(),
        factor == -1 ? settings.defaultReplicationFactor() : factor);
  }

  private List<PartitionImage> place(ClusterImage image, int partitions, int factor) {
    List<PartitionImage> placed = new ArrayList<>(partitions);
    for (List<Integer> replicas : placer.place(image.brokers().values(), partitions, factor)) {
      placed.add(ManualAssignment.newPartition(replicas, ManualAssignment.active(image, replicas)));
    }
    return placed;
  }

  private static List<PartitionImage> assigned(ClusterImage image, NewTopic topic) {
    if (topic.replicationFactor() != -1) {
      throw new RefusedException(
          Refusal.INVALID_REQUEST,
          "A manual partition assignment was specified, but replication factor was not set to"
              + " -1.");
    }
    if (topic.partitions() != -1) {
      throw new RefusedException(
          Refusal.INVALID_REQUEST,
          "A manual partition assignment was specified, but numPartitions was not set to -1.");
    }
    List<PartitionImage> partitions = new ArrayList<>(topic.assignment().size());
    for (int p = 0; p < topic.assignment().size(); p++) {
      List<Integer> replicas = topic.assignment().get(p);
      if (replicas == null) {
        throw new RefusedException(
            Refusal.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence");
      }
      int factor = partitions.isEmpty() ? 0 : partitions.getFirst().replicas().size();
      partitions.add(ManualAssignment.partition(image, p, replicas, factor));
    }
    return partitions;
  }

  private static void checkIncrease(NewPartitions request, int present) {
    if (request.totalCount() == present) {
      throw new RefusedException(
          Refusal.INVALID_PARTITIONS, "Topic already has " + present + " partition(s).");
    }
    if (request.totalCount() < present) {
      throw new RefusedException(
          Refusal.INVALID_PARTITIONS,
          "The topic "
              + request.topic()
              + " currently has "
              + present
              + " partition(s); "
              + request.totalCount()
              + " would not be an increase.");
    }
    int additional = request.totalCount() - present;
    if (additional > PARTITIONS_ADDED_MAX) {
      throw new RefusedException(
          Refusal.POLICY_VIOLATION, "Unable to perform excessively large batch operation.");
    }
    if (!request.assignment().isEmpty() && request.assignment().size() != additional) {
      throw new RefusedException(
          Refusal.INVALID_REPLICA_ASSIGNMENT,
          "Attempted to add "
              + additional
              + " additional partition(s), but only "
              + request.assignment().size()
              + " assignment(s) were specified.");
    }
  }

  private List<PartitionImage> added(ClusterImage image, TopicImage topic, NewPartitions request) {
    int present = topic.partitions().size();
    int factor = topic.partitions().getFirst().replicas().size();
    if (request.assignment().isEmpty()) {
      return place(image, request.totalCount() - present, factor);
    }
    List<PartitionImage> added = new ArrayList<>(request.assignment().size());
    for (List<Integer> replicas : request.assignment()) {
      added.add(ManualAssignment.partition(image, present + added.size(), replicas, factor));
    }
    return added;
  }

  private static List<RecordChange> records(TopicImage topic, Map<String, String> configs) {
    List<RecordChange> records = new ArrayList<>(topic.partitions().size() + 2);
    int p = 0;
    for (PartitionImage partition : topic.partitions()) {
      records.add(RecordChange.put(new MetadataRecord.Partition(topic.id(), p++, partition)));
    }
    if (!configs.isEmpty()) {
      ConfigKey key = new ConfigKey(ConfigKey.Type.TOPIC, topic.name());
      records.add(RecordChange.put(new MetadataRecord.Config(key, Map.copyOf(configs))));
    }
    records.add(RecordChange.put(new MetadataRecord.Topic(topic.name(), topic.id(), p)));
    return records;
  }

  private UUID newTopicId() {
    return Ids.random(randomness);
  }

  private static Decision<Result<TopicImage>> unknown() {
    return Decision.refuse(
        Refusal.UNKNOWN_TOPIC, "This server does not host this topic-partition.");
  }
}

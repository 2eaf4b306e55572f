package io.myelin.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a broker asks of the active controller. Thread-safe, never blocks. When a future completes,
 * the change is durable and this process's {@link MetadataPublisher} has published it.
 */
public interface Controller {

  /** One result per topic, in order. With {@code validateOnly} nothing is written. */
  CompletableFuture<List<Result<TopicImage>>> createTopics(
      List<NewTopic> topics, boolean validateOnly);

  CompletableFuture<List<Result<TopicImage>>> deleteTopics(List<String> names);

  CompletableFuture<List<Result<TopicImage>>> createPartitions(
      List<NewPartitions> requests, boolean validateOnly);

  /** Per resource all or nothing. Values are validated by the caller, who knows the definitions. */
  CompletableFuture<List<Result<Void>>> alterConfigs(List<ConfigChange> changes);

  /** A block of producer ids that nobody else ever gets: [first, first + count). */
  CompletableFuture<ProducerIdBlock> allocateProducerIds();

  /**
   * Registers this broker and keeps it registered until the process ends. Completes with the broker
   * epoch.
   */
  CompletableFuture<Long> register(BrokerImage broker);

  record ProducerIdBlock(long first, int count) {}

  /**
   * @param partitions -1: the cluster's default
   * @param replicationFactor -1: the cluster's default
   * @param assignment replicas by partition; empty: the controller places them
   */
  record NewTopic(
      String name,
      int partitions,
      int replicationFactor,
      Map<Integer, List<Integer>> assignment,
      Map<String, String> configs) {}

  /**
   * @param assignment replicas of each added partition; empty: the controller places them
   */
  record NewPartitions(String topic, int totalCount, List<List<Integer>> assignment) {}

  /**
   * @param changes empty value: back to the default
   */
  record ConfigChange(ConfigKey key, Map<String, Optional<String>> changes) {}

  sealed interface Result<T> {
    record Ok<T>(T value) implements Result<T> {}

    record Refused<T>(Refusal refusal, String message) implements Result<T> {}
  }

  /** Each has one Kafka error code; the edge maps it. */
  enum Refusal {
    TOPIC_ALREADY_EXISTS,
    UNKNOWN_TOPIC,
    INVALID_TOPIC,
    INVALID_PARTITIONS,
    INVALID_REPLICATION_FACTOR,
    INVALID_REPLICA_ASSIGNMENT,
    INVALID_CONFIG,
    INVALID_REQUEST,
    POLICY_VIOLATION,
    NOT_CONTROLLER,
    UNAVAILABLE
  }
}

package io.myelin.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
  CompletableFuture<Long> register(BrokerRegistration broker);

  /**
   * In-sync sets that leaders want (AlterPartition). One result per change, in order; what became
   * of the partition is in the image.
   */
  CompletableFuture<List<Result<PartitionImage>>> alterPartitions(List<InSyncChange> changes);

  /**
   * Elects leaders where {@code election} finds a better one than there is.
   *
   * @param partitions empty: every partition
   * @return one result per partition that was named or whose leader was changed
   */
  CompletableFuture<Map<TopicPartition, Result<PartitionImage>>> electLeaders(
      Election election, List<TopicPartition> partitions);

  /** Moves partitions to other brokers, or calls that off. One result per request, in order. */
  CompletableFuture<List<Result<PartitionImage>>> alterReassignments(List<Reassignment> requests);

  /** Forgets a broker that is fenced and will not come back. */
  CompletableFuture<Result<Void>> unregisterBroker(int id);

  /** All or nothing. With {@code validateOnly} nothing is written. */
  CompletableFuture<Result<Void>> updateFeatures(List<FeatureUpdate> updates, boolean validateOnly);

  /** Who keeps the metadata and who follows them, as the active controller sees it. */
  CompletableFuture<Result<Quorum>> describeQuorum();

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

  record TopicPartition(String topic, int partition) {}

  /**
   * Compare-and-set by the leader: it happens only if partition epoch, leader and members are still
   * what the leader knows.
   *
   * @param broker the leader that asks
   * @param inSync what the set is to be, with the registration of each member that the leader talks
   *     to (KIP-903)
   */
  record InSyncChange(
      UUID topicId,
      int partition,
      Member broker,
      int leaderEpoch,
      int partitionEpoch,
      List<Member> inSync) {}

  /** A broker in one of its lives. */
  record Member(int brokerId, long brokerEpoch) {}

  enum Election {
    /** The first replica, if it may lead. */
    PREFERRED,
    /** For partitions without a leader: any replica that may lead, else one that is out of sync. */
    UNCLEAN
  }

  /**
   * @param replicas where it is to be; empty: call the move off
   */
  record Reassignment(String topic, int partition, Optional<List<Integer>> replicas) {}

  /**
   * @param level to finalize; 0: none
   */
  record FeatureUpdate(String name, short level, Upgrade type) {
    public enum Upgrade {
      UPGRADE,
      SAFE_DOWNGRADE,
      UNSAFE_DOWNGRADE
    }
  }

  /**
   * @param leaderId the active controller
   * @param epoch of its election
   * @param revision up to which the metadata are committed
   * @param voters controllers: the active one, and those that stood by at some time since its
   *     election
   * @param observers brokers with a session
   */
  record Quorum(
      int leaderId,
      long epoch,
      long revision,
      List<QuorumMember> voters,
      List<QuorumMember> observers) {}

  /**
   * @param revision up to which it has the metadata
   * @param lastHeardMs wall clock
   * @param lastCaughtUpMs when it last had everything that was committed, wall clock; -1: never
   * @param endpoint where it is reached; empty: unknown
   */
  record QuorumMember(
      int id,
      long revision,
      long lastHeardMs,
      long lastCaughtUpMs,
      Optional<BrokerImage.Endpoint> endpoint) {}

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
    STALE_BROKER_EPOCH,
    FENCED_LEADER_EPOCH,
    INVALID_UPDATE_VERSION,
    INELIGIBLE_REPLICA,
    ELECTION_NOT_NEEDED,
    PREFERRED_LEADER_NOT_AVAILABLE,
    ELIGIBLE_LEADERS_NOT_AVAILABLE,
    NO_REASSIGNMENT_IN_PROGRESS,
    UNKNOWN_BROKER,
    NOT_CONTROLLER,
    UNAVAILABLE
  }
}

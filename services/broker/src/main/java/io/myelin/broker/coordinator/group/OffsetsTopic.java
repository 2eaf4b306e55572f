package io.myelin.broker.coordinator.group;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code __consumer_offsets}, as this broker knows it now. Thread-safe; does not block. */
public interface OffsetsTopic {
  /** Partitions of the topic; 0 if it does not exist. */
  int partitionCount();

  /** Where clients of this listener reach the partition's leader; empty if it has none. */
  Optional<Node> leader(int partition, String listener);

  /**
   * Creates the topic with the partitions, replicas and settings of the configuration. Completes
   * when the topic is known here, with a leader for its partitions; fails if it could not be
   * created, after a bounded time. Several calls may overlap.
   */
  CompletionStage<Void> create();

  /** A broker, as clients are told about it. */
  record Node(int id, String host, int port) {}
}

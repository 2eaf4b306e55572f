package io.myelin.controller;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.PartitionImage;
import java.util.List;

/** Replicas that a person chose: checked, and turned into partitions. */
final class ManualAssignment {
  private ManualAssignment() {}

  /**
   * @param replicationFactor that every partition must have; 0: any
   * @throws RefusedException if {@code replicas} cannot be
   */
  static PartitionImage partition(
      ClusterImage image, int partition, List<Integer> replicas, int replicationFactor) {
    check(image, replicas);
    if (replicationFactor > 0 && replicas.size() != replicationFactor) {
      throw refused(
          "The manual partition assignment includes a partition with "
              + replicas.size()
              + " replica(s), but this is not consistent with previous partitions, which have "
              + replicationFactor
              + " replica(s).");
    }
    List<Integer> inSync = active(image, replicas);
    if (inSync.isEmpty()) {
      throw refused(
          "All brokers specified in the manual partition assignment for partition "
              + partition
              + " are fenced or in controlled shutdown.");
    }
    return newPartition(replicas, inSync);
  }

  /**
   * @throws RefusedException if no partition may have these replicas
   */
  static void check(ClusterImage image, List<Integer> replicas) {
    if (replicas.isEmpty()) {
      throw refused("The manual partition assignment includes an empty replica list.");
    }
    List<Integer> sorted = replicas.stream().sorted().toList();
    for (int i = 0; i < sorted.size(); i++) {
      int id = sorted.get(i);
      if (image.brokers().get(id) == null) {
        throw refused(
            "The manual partition assignment includes broker "
                + id
                + ", but no such broker is registered.");
      }
      if (i > 0 && id == sorted.get(i - 1)) {
        throw refused(
            "The manual partition assignment includes the broker " + id + " more than once.");
      }
    }
  }

  /** The replicas that may be in sync from the start. */
  static List<Integer> active(ClusterImage image, List<Integer> replicas) {
    return replicas.stream().filter(id -> PartitionDecisions.mayLead(image, id)).toList();
  }

  static PartitionImage newPartition(List<Integer> replicas, List<Integer> inSync) {
    return PartitionImage.of(List.copyOf(replicas), List.copyOf(inSync), inSync.getFirst(), 0, 0);
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.INVALID_REPLICA_ASSIGNMENT, message);
  }
}

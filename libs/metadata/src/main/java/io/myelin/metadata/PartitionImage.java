package io.myelin.metadata;

import java.util.List;

/**
 * A partition's record. Immutable.
 *
 * @param replicas broker ids, the preferred leader first
 * @param inSync in-sync replicas
 * @param leader broker id, -1 if none
 * @param leaderEpoch grows with every election
 * @param partitionEpoch grows with every change of this record
 */
public record PartitionImage(
    List<Integer> replicas, List<Integer> inSync, int leader, int leaderEpoch, int partitionEpoch) {
  public static final int NO_LEADER = -1;
}

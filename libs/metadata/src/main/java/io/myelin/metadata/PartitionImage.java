package io.myelin.metadata;

import java.util.List;

/**
 * A partition's record. Immutable.
 *
 * <p>The three sets of those that may have everything that was committed are disjoint (KIP-966):
 * in-sync replicas have it; eligible ones left the in-sync set when it was smaller than {@code
 * min.insync.replicas}, so nothing was committed since; last known ones were in one of the two when
 * they could no longer be trusted, and are what is left to choose from when both are empty.
 *
 * @param replicas broker ids, the preferred leader first
 * @param inSync in-sync replicas
 * @param eligible eligible leader replicas
 * @param lastKnown last known eligible leader replicas
 * @param adding replicas that a reassignment brings in; part of {@code replicas}
 * @param removing replicas that a reassignment takes out when it is done; part of {@code replicas}
 * @param leader broker id, -1 if none
 * @param leaderEpoch grows with every election
 * @param partitionEpoch grows with every change of this record
 * @param offline replicas whose disk has failed although their broker runs
 */
public record PartitionImage(
    List<Integer> replicas,
    List<Integer> inSync,
    List<Integer> eligible,
    List<Integer> lastKnown,
    List<Integer> adding,
    List<Integer> removing,
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    List<Integer> offline) {
  public static final int NO_LEADER = -1;

  public PartitionImage {
    if (inSync.equals(replicas)) {
      inSync = replicas; // nearly always, and there may be a million of them
    }
  }

  /** One without failed disks. */
  public PartitionImage(
      List<Integer> replicas,
      List<Integer> inSync,
      List<Integer> eligible,
      List<Integer> lastKnown,
      List<Integer> adding,
      List<Integer> removing,
      int leader,
      int leaderEpoch,
      int partitionEpoch) {
    this(
        replicas,
        inSync,
        eligible,
        lastKnown,
        adding,
        removing,
        leader,
        leaderEpoch,
        partitionEpoch,
        List.of());
  }

  /** A partition as it is when nothing has gone wrong and nothing is being moved. */
  public static PartitionImage of(
      List<Integer> replicas,
      List<Integer> inSync,
      int leader,
      int leaderEpoch,
      int partitionEpoch) {
    return new PartitionImage(
        replicas,
        inSync,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        leader,
        leaderEpoch,
        partitionEpoch);
  }

  public boolean hasLeader() {
    return leader != NO_LEADER;
  }

  /** Whether a reassignment is under way. */
  public boolean isReassigning() {
    return !adding.isEmpty() || !removing.isEmpty();
  }
}

package io.myelin.rpc.replication;

import java.util.List;

/** Nothing more about these partitions, from whichever side. Immutable. */
public record Close(List<ClosePartition> partitions) implements FollowerMessage, LeaderMessage {

  public record ClosePartition(
      PartitionId partition, long session, int leaderEpoch, Reason reason) {}

  public enum Reason {
    NOT_LEADER_OR_FOLLOWER,
    MOVED_TO_OTHER_STREAM,
    STORAGE_ERROR,
    REOPENED,
    OUT_OF_ORDER,
    /** One that this version has no name for. */
    OTHER
  }
}

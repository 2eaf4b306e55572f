package io.myelin.rpc.replication;

import java.util.List;

/** leader -> follower. Immutable; replication.proto says more about each field. */
public sealed interface LeaderMessage
    permits LeaderMessage.Opened, LeaderMessage.Appends, LeaderMessage.Progress, Close {

  /** Answers an opening, for some of its partitions; the others follow. */
  record Opened(List<OpenedPartition> partitions) implements LeaderMessage {}

  /**
   * @param leaderEpoch the leader's own
   * @param epochs the leader's epoch cache, at least from where the follower's ends
   */
  record OpenedPartition(
      PartitionId partition,
      long session,
      int leaderEpoch,
      Start start,
      long highWatermark,
      long logStartOffset,
      List<EpochStart> epochs) {}

  /** Where the follower goes on. */
  sealed interface Start {
    /** The log is cut back to here. */
    record TruncateTo(long offset) implements Start {}

    /** Nothing of the log can be kept; the new one starts here. */
    record StartAt(long offset) implements Start {}

    record Refused(Refusal refusal) implements Start {}
  }

  /** Why a partition is not replicated to this follower. */
  enum Refusal {
    NOT_LEADER,
    /** The follower's epoch is older than the leader's. */
    FENCED_LEADER_EPOCH,
    /** The follower's epoch is newer than the leader's. */
    UNKNOWN_LEADER_EPOCH,
    UNKNOWN_PARTITION,
    STORAGE_ERROR,
    /** The leader knows another incarnation of the follower, or none. */
    STALE_BROKER_EPOCH,
    /** One that this version has no name for. */
    OTHER
  }

  /** Batches of several partitions; of one partition in order, the next after the last. */
  record Appends(List<Append> appends) implements LeaderMessage {}

  /**
   * @param fromOffset the end of what was sent before; the first batch may begin behind it
   */
  record Append(
      PartitionId partition,
      long session,
      int leaderEpoch,
      long fromOffset,
      long highWatermark,
      long logStartOffset,
      RecordBytes records) {}

  /** Watermarks that moved without batches. */
  record Progress(List<ProgressPartition> partitions) implements LeaderMessage {}

  record ProgressPartition(
      PartitionId partition,
      long session,
      int leaderEpoch,
      long highWatermark,
      long logStartOffset) {}
}

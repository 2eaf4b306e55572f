package io.myelin.rpc.replication;

import java.util.List;
import java.util.UUID;

/** follower -> leader. Immutable; replication.proto says more about each field. */
public sealed interface FollowerMessage permits FollowerMessage.Open, FollowerMessage.Ack, Close {

  /**
   * The follower wants to follow these partitions. Repeated when partitions come or epochs change.
   *
   * @param brokerEpoch what the controller gave the follower's incarnation
   * @param catchingUp whether this is the stream for replicas that catch up
   */
  record Open(
      int brokerId,
      long brokerEpoch,
      UUID incarnation,
      boolean catchingUp,
      List<OpenPartition> partitions)
      implements FollowerMessage {}

  /**
   * @param leaderEpoch that the follower knows of
   * @param epochs the whole epoch cache, ascending
   */
  record OpenPartition(
      PartitionId partition,
      long session,
      int leaderEpoch,
      long logStartOffset,
      long logEndOffset,
      List<EpochStart> epochs) {}

  /** What the follower has. Grows only, within one opening of the partition. */
  record Ack(List<AckPartition> partitions) implements FollowerMessage {}

  /**
   * @param logEndOffset everything below is written
   * @param flushedOffset everything below is on the disk
   * @param logStartOffset the follower's own
   */
  record AckPartition(
      PartitionId partition,
      long session,
      int leaderEpoch,
      long logEndOffset,
      long flushedOffset,
      long logStartOffset) {}
}

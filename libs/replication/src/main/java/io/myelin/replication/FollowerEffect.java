package io.myelin.replication;

/** What a follower's shell has to do, in order. */
public sealed interface FollowerEffect {

  /** Of the two streams from a broker: one never delays the other. */
  enum Lane {
    IN_SYNC,
    CATCHING_UP
  }

  /** Send an opening with the log's lineage, as soon as there is a connection. */
  record Open(int leader, int leaderEpoch, Lane lane, long session) implements FollowerEffect {}

  /**
   * Nothing of this session is wanted any more.
   *
   * @param cannotStore why: the leader is not to wait for this replica
   */
  record Close(int leader, Lane lane, long session, boolean cannotStore)
      implements FollowerEffect {}

  /** Come back with Retry after a while. */
  record RetryLater(long session) implements FollowerEffect {}

  /** Come back with Retry when there may be room on the disk again. */
  record RetryWithRoom(long session) implements FollowerEffect {}

  /** Remove everything from {@code offset} on; then Cut. */
  record Truncate(long offset) implements FollowerEffect {}

  /** Empty the log; it begins at {@code offset} from now on; then Cut. */
  record StartAt(long offset) implements FollowerEffect {}

  /**
   * Append the records that were received last, as they are, before anything else happens here, and
   * tell Stored when they count as stored; NoRoom or Failed if they cannot be appended.
   */
  record Write() implements FollowerEffect {}

  record Acknowledge(int leader, Lane lane, long session, long offset) implements FollowerEffect {}

  record AdvanceHighWatermark(long offset) implements FollowerEffect {}

  record AdvanceLogStart(long offset) implements FollowerEffect {}
}

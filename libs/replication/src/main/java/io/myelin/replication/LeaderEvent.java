package io.myelin.replication;

import java.util.Map;

/** What a leader learns. Times are milliseconds of a clock that does not go back. */
public sealed interface LeaderEvent {

  /**
   * The leader's own log has grown.
   *
   * @param storedEnd what the leader counts as stored: the log end, or how far the disk has it
   *     where each message is flushed
   */
  record Appended(long logEnd, long storedEnd, long nowMs) implements LeaderEvent {}

  /**
   * A follower wants to be sent records.
   *
   * @param session number of this opening; the follower's broker never uses it again, not in its
   *     next life either, and numbers ascend. What it says under an earlier one is ignored
   * @param brokerEpoch registration of the follower's broker, which a restart changes
   * @param leaderEpoch the epoch that the follower knows
   */
  record Opened(
      int follower, long session, long brokerEpoch, int leaderEpoch, Lineage theirs, Lineage ours)
      implements LeaderEvent {}

  /** The follower's log agrees with the leader's and is stored up to {@code offset}. */
  record Acknowledged(int follower, long session, long offset, long nowMs) implements LeaderEvent {}

  /** The follower cannot store anything now: nobody is to wait for it. */
  record CannotStore(int follower, long session, long nowMs) implements LeaderEvent {}

  /**
   * The leader itself cannot store what comes.
   *
   * @param forGood whether there is no hope that it can later: then anybody leads better
   */
  record CannotLead(boolean forGood, long nowMs) implements LeaderEvent {}

  /**
   * What the controller has committed; older than what is known is ignored.
   *
   * @param limits that hold since then: a minimum taken before or after the set could let the
   *     watermark pass where the controller counts on it to rest
   */
  record Committed(Membership membership, Limits limits, long nowMs) implements LeaderEvent {}

  /** The brokers as the metadata have them. */
  record PeersChanged(Map<Integer, Peer> peers) implements LeaderEvent {}

  /** The controller has not made the change that was proposed for {@code partitionEpoch}. */
  record Refused(int partitionEpoch, Refusal refusal) implements LeaderEvent {}

  /** Of this partition only the limits have changed. */
  record LimitsChanged(Limits limits) implements LeaderEvent {}

  /** Time has passed. Several times within replica.lag.time.max.ms. */
  record Tick(long nowMs) implements LeaderEvent {}

  /** Why a proposal did not come true. */
  enum Refusal {
    /** The controller knows a newer state of the partition, which is on its way here. */
    STALE,
    /**
     * A member may not join (fenced, draining, restarted). The controller says so only of a
     * proposal that is not stale, so the change has certainly not been made before.
     */
    INELIGIBLE,
    /** Nobody knows whether it was made: asked again, word for word. */
    UNKNOWN
  }
}

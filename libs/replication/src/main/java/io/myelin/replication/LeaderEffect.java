package io.myelin.replication;

import java.util.Map;
import java.util.Set;

/** What a leader's shell has to do, in order. */
public sealed interface LeaderEffect {

  /**
   * Tell the follower where its log has to end; send records from there when it has acknowledged
   * for the first time.
   */
  record Admit(int follower, long session, long startOffset) implements LeaderEffect {}

  /** The follower knows an older or newer epoch; it asks again. */
  record TurnAway(int follower, long session) implements LeaderEffect {}

  /** Everything below is committed. */
  record AdvanceHighWatermark(long offset) implements LeaderEffect {}

  /** Ask the controller. The answer comes back as Committed or Refused. */
  record Propose(Proposal proposal) implements LeaderEffect {}

  /**
   * The in-sync set has become too small: producers that wait for it are told that their records
   * are in the log but not committed (NOT_ENOUGH_REPLICAS_AFTER_APPEND).
   */
  record RefuseWaiting() implements LeaderEffect {}

  /**
   * @param brokerEpochs of the members, so that one that has restarted meanwhile does not get in
   *     (KIP-903)
   * @param partitionEpoch the state that the proposal is about: refused in any other
   */
  record Proposal(
      int leaderEpoch, int partitionEpoch, Set<Integer> inSync, Map<Integer, Long> brokerEpochs) {}
}

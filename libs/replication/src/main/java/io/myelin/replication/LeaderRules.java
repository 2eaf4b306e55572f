package io.myelin.replication;

import java.util.Set;

/**
 * The conditions that {@link LeaderReplica} obeys, each by itself so that a test can break one and
 * see that the loss is found. Stateless.
 */
class LeaderRules {

  /** Where the follower's log has to end. */
  long startOffset(Lineage leader, Lineage follower) {
    return Divergence.between(leader, follower);
  }

  boolean knowsThisEpoch(int followersEpoch, int leaderEpoch) {
    return followersEpoch == leaderEpoch;
  }

  boolean isOfThisSession(long session, FollowerProgress follower) {
    return session == follower.session;
  }

  /** A new leader knows what was committed at least; not that all that it has is. */
  long firstHighWatermark(long known, long logEnd) {
    return Math.min(known, logEnd);
  }

  /**
   * Committed members count until the controller has confirmed that they are out, those that it has
   * been asked to add from the moment of asking: whatever it decides, nobody is elected who lacks
   * what lies below the watermark.
   */
  boolean counts(int broker, Set<Integer> committed, Set<Integer> proposed) {
    return committed.contains(broker) || proposed.contains(broker);
  }

  /** KIP-966: what fewer replicas hold than the topic demands is not committed. */
  boolean enoughInSync(int inSync, int inSyncMin) {
    return inSync >= inSyncMin;
  }

  boolean lags(FollowerProgress follower, long logEnd, long nowMs, long lagMsMax) {
    return !follower.canStore
        || (follower.acknowledged < logEnd && follower.caughtUpMs < nowMs - lagMsMax);
  }

  /**
   * All that is committed, and all that was there when the leader began: up to there the watermark
   * may have been under a former leader (KIP-207).
   */
  boolean holdsEnough(FollowerProgress follower, long highWatermark, long epochStart) {
    return follower.acknowledged >= Math.max(highWatermark, epochStart);
  }

  /** The process that opened is the one that is registered, and it stays (KIP-841, KIP-903). */
  boolean isEligible(FollowerProgress follower, Peer peer) {
    return peer != null && peer.mayJoin() && peer.epoch() == follower.brokerEpoch;
  }

  /** A stale proposal may be the one that made it stale: its members count until that is known. */
  boolean staleStillCounts() {
    return true;
  }
}

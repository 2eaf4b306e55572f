package io.myelin.replication;

/**
 * The conditions that {@link FollowerReplica} obeys, each by itself so that a test can break one
 * and see that the loss is found. Stateless.
 */
class FollowerRules {

  boolean isOfThisSession(long session, long current) {
    return session == current;
  }

  /** Whether records continue the log without a gap and without an overlap. */
  boolean follows(long fromOffset, long nextOffset) {
    return fromOffset == nextOffset;
  }

  /** A follower answers consumers only from what it has. */
  long highWatermark(long leaders, long storedEnd) {
    return Math.min(leaders, storedEnd);
  }

  boolean isOfThisEpoch(int epoch, int current) {
    return epoch == current;
  }
}

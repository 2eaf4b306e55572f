package io.myelin.broker.replica;

import io.myelin.replication.FollowerEffect.Lane;

/**
 * Carries messages to other brokers: two streams to each, whose messages stay in order. What comes
 * from them, and that a stream broke, {@link ReplicaNode} is told. Thread-safe; never blocks.
 *
 * <p>A message may be lost only with its stream, and both sides are told.
 */
public interface ReplicaLink {

  /**
   * The other broker is there, and may lead what this one follows: what it takes to follow it is
   * made ready. When a leader has stopped, clients wait for the followers of the next one.
   */
  void meet(int peer);

  void toLeader(int leader, Lane lane, ReplicaKey key, FollowerSays says);

  /** Records are copied, or gone, when this returns: their buffer is used again. */
  void toFollower(int follower, Lane lane, ReplicaKey key, LeaderSays says);

  /**
   * Whether records, or how far they are committed, may be sent to the follower now. After false,
   * {@link ReplicaNode#onReady} tells when they may.
   */
  boolean isReady(int follower, Lane lane);
}

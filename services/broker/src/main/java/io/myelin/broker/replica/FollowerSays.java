package io.myelin.broker.replica;

import io.myelin.replication.Lineage;

/** What a follower says of a partition. The numbers of sessions: see libs/replication. */
public sealed interface FollowerSays {
  record Open(long session, long brokerEpoch, int leaderEpoch, Lineage lineage)
      implements FollowerSays {}

  record Ack(long session, long offset) implements FollowerSays {}

  /**
   * Send nothing more in this session.
   *
   * @param cannotStore why: what was sent could not be stored
   */
  record Close(long session, boolean cannotStore) implements FollowerSays {}
}

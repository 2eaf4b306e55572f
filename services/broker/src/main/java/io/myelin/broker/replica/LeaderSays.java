package io.myelin.broker.replica;

import java.nio.ByteBuffer;

/** What a leader says of a partition. */
public sealed interface LeaderSays {
  record Admitted(long session, long startOffset, long logStartOffset) implements LeaderSays {}

  record TurnedAway(long session) implements LeaderSays {}

  /**
   * @param fromOffset what the follower has to have
   * @param batches whole ones, as they are in the leader's log; theirs who receives them until it
   *     has said that it has handled them
   */
  record Records(
      long session,
      int leaderEpoch,
      long fromOffset,
      ByteBuffer batches,
      long highWatermark,
      long logStartOffset)
      implements LeaderSays {}

  record Progress(long session, int leaderEpoch, long highWatermark, long logStartOffset)
      implements LeaderSays {}
}

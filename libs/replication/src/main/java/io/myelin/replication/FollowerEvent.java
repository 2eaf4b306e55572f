package io.myelin.replication;

/** What a follower learns. */
public sealed interface FollowerEvent {

  /**
   * The metadata name a leader, or none.
   *
   * @param leader broker id, -1 if there is none
   * @param inSync whether this replica is in the committed in-sync set
   */
  record Led(int leader, int leaderEpoch, boolean inSync) implements FollowerEvent {}

  /** The leader has said where this log has to end. */
  record Admitted(long session, long startOffset, long logStartOffset) implements FollowerEvent {}

  /** The leader does not take this follower now. */
  record TurnedAway(long session) implements FollowerEvent {}

  /** Some time after {@link TurnedAway} or {@link NoRoom}. */
  record Retry(long session) implements FollowerEvent {}

  /**
   * Records from the leader.
   *
   * @param fromOffset what the follower had to have before; the first record may have a larger
   *     offset, where compaction has left a gap
   * @param endOffset behind the last one
   */
  record Received(
      long session,
      int leaderEpoch,
      long fromOffset,
      long endOffset,
      long highWatermark,
      long logStartOffset)
      implements FollowerEvent {}

  /** The leader's watermark or log start has moved without records. */
  record Progressed(long session, int leaderEpoch, long highWatermark, long logStartOffset)
      implements FollowerEvent {}

  /** What was asked for by Truncate or StartAt is done. */
  record Cut(long logStartOffset, long logEndOffset) implements FollowerEvent {}

  /**
   * The log is stored up to here: written, or on the disk where each message is flushed. Not to be
   * told of records that have been cut off since.
   */
  record Stored(long endOffset) implements FollowerEvent {}

  /** This broker has another epoch: only a session that was opened with it may come in sync. */
  record RegisteredAnew() implements FollowerEvent {}

  /** The stream to the leader broke. */
  record Disconnected(int leader) implements FollowerEvent {}

  /** There was no room for what was received, or only for the first of it, or none to flush it. */
  record NoRoom(long logEndOffset) implements FollowerEvent {}

  /** This replica does not follow any more. */
  record Ended() implements FollowerEvent {}

  /** This replica's own log has failed. */
  record Failed() implements FollowerEvent {}
}

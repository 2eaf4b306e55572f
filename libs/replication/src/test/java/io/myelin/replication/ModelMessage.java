package io.myelin.replication;

import java.util.List;

/** What brokers of the model send each other. */
sealed interface ModelMessage {
  record Open(long session, long brokerEpoch, int leaderEpoch, Lineage lineage)
      implements ModelMessage {}

  record Admitted(long session, long startOffset, long logStart) implements ModelMessage {}

  record TurnedAway(long session) implements ModelMessage {}

  record Records(
      long session,
      int leaderEpoch,
      long fromOffset,
      List<ModelLog.Entry> entries,
      long highWatermark,
      long logStart)
      implements ModelMessage {}

  record Progress(long session, int leaderEpoch, long highWatermark, long logStart)
      implements ModelMessage {}

  record Ack(long session, long offset) implements ModelMessage {}
}

package io.myelin.system.load;

import java.util.Map;

/**
 * How much of what.
 *
 * @param replicationFactor of the topic
 * @param topicConfigs of the topic
 * @param idempotentProducers with acks=all
 * @param leaderOnlyProducers with acks=1 and without idempotence
 * @param recordsPerSecond of each producer
 * @param valueBytesMax of a record; sizes are drawn up to it
 */
public record LoadPlan(
    int partitions,
    short replicationFactor,
    Map<String, String> topicConfigs,
    int idempotentProducers,
    int leaderOnlyProducers,
    int readers,
    int members,
    int recordsPerSecond,
    int valueBytesMax) {

  public LoadPlan {
    topicConfigs = Map.copyOf(topicConfigs);
  }

  /** What two cores carry beside the cluster itself. */
  public static LoadPlan standard(
      short replicationFactor, Map<String, String> topicConfigs, int recordsPerSecond) {
    return new LoadPlan(4, replicationFactor, topicConfigs, 3, 1, 2, 2, recordsPerSecond, 600);
  }

  /** Bytes that all producers together write in this time, at most. */
  public long bytesMax(long seconds) {
    return (long) (idempotentProducers + leaderOnlyProducers)
        * recordsPerSecond
        * seconds
        * valueBytesMax;
  }
}

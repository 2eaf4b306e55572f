package io.myelin.bench;

/**
 * How much of everything.
 *
 * @param fixedSeconds length of a run at a fixed rate
 * @param kibRecords records of 1 KiB in a run at full speed; as many warm the broker up before it
 * @param smallRecords records of 100 B in a run at full speed; as many warm the broker up before it
 * @param consumeRecords records of 1 KiB that are read
 * @param latencyMessages messages sent one at a time
 * @param tailSeconds length of each of the two runs at a low rate
 * @param topics topics of the kill scenario
 * @param partitionsPerTopic partitions of each of them
 * @param idleSeconds how long a broker rests before its idle memory is read
 * @param crowdSeconds how long the crowd of connections is served
 * @param clusterPartitions partitions of three replicas, all together
 */
record Volumes(
    int fixedSeconds,
    long kibRecords,
    long smallRecords,
    long consumeRecords,
    int latencyMessages,
    int tailSeconds,
    int topics,
    int partitionsPerTopic,
    int idleSeconds,
    int crowdSeconds,
    int clusterPartitions) {

  static final Volumes FULL =
      new Volumes(15, 1_000_000, 2_000_000, 1_000_000, 10_000, 10, 50, 100, 8, 10, 10_000);
  static final Volumes QUICK =
      new Volumes(3, 200_000, 400_000, 200_000, 1_000, 3, 10, 50, 3, 3, 1_000);
}

package io.myelin.broker.coordinator.storage;

import io.myelin.broker.coordinator.CoordinatorLog;
import io.myelin.broker.partition.Partitions;
import java.util.concurrent.Executor;

/** Keeps a coordinator's records in the partitions of its topic. Thread-safe. */
public final class PartitionCoordinatorLogs implements CoordinatorLog.Opener {
  private final Partitions partitions;
  private final String topic;
  private final Executor readers;

  /**
   * @param readers workers that may wait for disks
   */
  public PartitionCoordinatorLogs(Partitions partitions, String topic, Executor readers) {
    this.partitions = partitions;
    this.topic = topic;
    this.readers = readers;
  }

  @Override
  public CoordinatorLog open(int partition, int leaderEpoch) {
    return new PartitionCoordinatorLog(
        () -> partitions.get(topic, partition), topic + "-" + partition, leaderEpoch, readers);
  }
}

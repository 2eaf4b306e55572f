package io.myelin.controller;

import io.myelin.metadata.BrokerImage;
import java.util.Collection;
import java.util.List;

/** Chooses the brokers of new partitions. */
interface ReplicaPlacer {

  /**
   * Replicas of each of {@code partitions} partitions, the preferred leader first and not fenced.
   *
   * @throws RefusedException if the brokers do not suffice
   */
  List<List<Integer>> place(Collection<BrokerImage> brokers, int partitions, int replicationFactor);
}

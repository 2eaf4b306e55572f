package io.myelin.simulation.cluster;

import io.myelin.metadata.PartitionImage;
import io.myelin.sim.SimRandomness;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Moves a partition about among the brokers, to one, two or three of them, and calls moves off,
 * without waiting for anything; until it is told to settle.
 */
final class ClusterMover extends ClusterClient {
  private static final int VERSION = 1;
  private static final int REST_MS_MAX = 1_500;

  private final PartitionLedger moved;
  private final SimRandomness random;
  private boolean settling;

  ClusterMover(ClusterWorld world, String name, PartitionLedger moved, SimRandomness random) {
    super(world, name);
    this.moved = moved;
    this.random = random;
  }

  /** From now on it is to be on all brokers. */
  void settle() {
    settling = true;
  }

  boolean isSettled() {
    PartitionImage state = world.metadata().state(moved.topic(), moved.id());
    return settling && !state.isReassigning() && state.replicas().size() == 3;
  }

  @Override
  void locate() {
    onConnected(); // any broker will do
  }

  @Override
  void onConnected() {
    later(random.nextInt(REST_MS_MAX), this::move);
  }

  /** Whatever the answer is, there will be another attempt. */
  private void move() {
    call(
        ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
        VERSION,
        request(settling ? List.of(1, 2, 3) : anything()),
        AlterPartitionReassignmentsResponseData.class,
        answer -> onConnected());
  }

  /** Null: what is under way is called off. */
  private List<Integer> anything() {
    if (random.nextInt(5) == 0) {
      return null;
    }
    List<Integer> left = new ArrayList<>(List.of(1, 2, 3));
    List<Integer> replicas = new ArrayList<>();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      replicas.add(left.remove(random.nextInt(left.size())));
    }
    return replicas;
  }

  private AlterPartitionReassignmentsRequestData request(List<Integer> replicas) {
    ReassignableTopic topic = new ReassignableTopic().setName(moved.topic());
    topic
        .partitions()
        .add(new ReassignablePartition().setPartitionIndex(moved.id()).setReplicas(replicas));
    return new AlterPartitionReassignmentsRequestData()
        .setTimeoutMs(2_000)
        .setTopics(List.of(topic));
  }
}

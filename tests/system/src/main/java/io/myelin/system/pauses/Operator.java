package io.myelin.system.pauses;

import io.myelin.system.cluster.ClusterUnderTest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;

/** What an impatient operator asks of a cluster and does to its topics. Confined to one thread. */
final class Operator implements AutoCloseable {
  private static final long LOOK_AGAIN_MS = 100;

  private final ClusterUnderTest cluster;
  private final Admin admin;

  Operator(ClusterUnderTest cluster) {
    this.cluster = cluster;
    this.admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) cluster.bootstrap()));
  }

  /** Makes a topic of one partition; tries until it is there. */
  void makeTopic(String name) throws InterruptedException {
    long deadlineNs = System.nanoTime() + Failover.PATIENCE.toNanos();
    NewTopic topic =
        new NewTopic(name, 1, cluster.replicationFactor()).configs(cluster.topicConfigs());
    while (true) {
      try {
        admin.createTopics(List.of(topic)).all().get();
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          return; // an attempt without an answer
        }
        if (System.nanoTime() > deadlineNs) {
          throw new IllegalStateException("topic " + name + " could not be made", e.getCause());
        }
      }
    }
  }

  /** Returns when all replicas of the topic's partition are in sync, and it has a leader. */
  void awaitInSync(String topic) throws InterruptedException {
    long deadlineNs = System.nanoTime() + Failover.PATIENCE.toNanos();
    TopicPartitionInfo partition = partition(topic);
    while (partition.isr().size() < partition.replicas().size() || partition.leader() == null) {
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException("not all replicas are in sync: " + partition);
      }
      boolean _ = new CountDownLatch(1).await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
      partition = partition(topic);
    }
  }

  List<Integer> brokers() throws InterruptedException {
    Collection<Node> nodes = answer(admin.describeCluster().nodes());
    return nodes.stream().map(Node::id).sorted().toList();
  }

  String activeController() throws InterruptedException {
    return "controller-" + answer(admin.describeMetadataQuorum().quorumInfo()).leaderId();
  }

  String leader(String topic) throws InterruptedException {
    return cluster.brokerProcess(partition(topic).leader().id());
  }

  String follower(String topic) throws InterruptedException {
    TopicPartitionInfo partition = partition(topic);
    return partition.isr().stream()
        .map(Node::id)
        .filter(id -> id != partition.leader().id())
        .map(cluster::brokerProcess)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no follower is in sync: " + partition));
  }

  private TopicPartitionInfo partition(String topic) throws InterruptedException {
    return answer(admin.describeTopics(List.of(topic)).allTopicNames())
        .get(topic)
        .partitions()
        .getFirst();
  }

  private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("no answer about the cluster", e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}

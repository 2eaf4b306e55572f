package io.myelin.system.pauses;

import io.myelin.system.cluster.ClusterUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Does one thing after another to a cluster under a steady load, and measures the longest gap
 * between acknowledgements each time. Confined to one thread.
 */
public final class Failover implements AutoCloseable {
  private static final String TOPIC = "pauses";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // Two seconds of acknowledgements at their pace: steady before the fault, and after it.
  private static final int STEADY = (int) (2000 / SteadyWriter.INTERVAL.toMillis());

  private final ClusterUnderTest cluster;
  private final Pauses pauses;
  private final AckTimes acknowledged = new AckTimes();
  private final Admin admin;
  private final SteadyWriter writer;

  /** What is done, and how it is made good. */
  private interface Harm {
    void run(String process) throws IOException, InterruptedException;
  }

  /** Makes a topic on a cluster that runs, and begins to write. */
  public Failover(ClusterUnderTest cluster, Pauses pauses) throws InterruptedException {
    this.cluster = cluster;
    this.pauses = pauses;
    this.admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) cluster.bootstrap()));
    NewTopic topic =
        new NewTopic(TOPIC, 1, cluster.replicationFactor()).configs(cluster.topicConfigs());
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the topic could not be made", e.getCause());
    }
    this.writer = new SteadyWriter(cluster.bootstrap(), TOPIC, acknowledged);
  }

  /** Adds a line to the pauses for each thing that can be done to this cluster. */
  public void measure(int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      measure("nothing", "", process -> {}, process -> {});
      measure("kill -9 of the leading broker", leader(), cluster::kill, cluster::start);
      if (cluster.replicationFactor() > 1) {
        measure("kill -9 of a following broker", follower(), cluster::kill, cluster::start);
      }
      measure("SIGSTOP of the leading broker", leader(), cluster::freeze, cluster::thaw);
      measure("an orderly stop of the leading broker", leader(), cluster::stop, cluster::start);
    }
    if (writer.errors() > 0) {
      throw new IllegalStateException(writer.errors() + " records were given up");
    }
  }

  private void measure(String fault, String process, Harm harm, Harm repair)
      throws IOException, InterruptedException {
    acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
    long fromNs = System.nanoTime();
    harm.run(process);
    if (cluster.replicationFactor() > 1) {
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE); // others took over
      pauses.add(fault, acknowledged.longestGap(fromNs).toNanos() / 1e6);
      repair.run(process);
    } else {
      repair.run(process);
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
      pauses.add(fault, acknowledged.longestGap(fromNs).toNanos() / 1e6);
    }
  }

  private String leader() throws InterruptedException {
    return cluster.brokerProcess(partition().leader().id());
  }

  private String follower() throws InterruptedException {
    TopicPartitionInfo partition = partition();
    return partition.isr().stream()
        .map(Node::id)
        .filter(id -> id != partition.leader().id())
        .map(cluster::brokerProcess)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no follower is in sync: " + partition));
  }

  private TopicPartitionInfo partition() throws InterruptedException {
    try {
      return admin
          .describeTopics(List.of(TOPIC))
          .allTopicNames()
          .get()
          .get(TOPIC)
          .partitions()
          .getFirst();
    } catch (ExecutionException e) {
      throw new IllegalStateException("no answer about the topic", e.getCause());
    }
  }

  @Override
  public void close() throws InterruptedException {
    writer.close();
    admin.close();
  }
}

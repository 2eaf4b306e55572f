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
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;

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
  private final Pauses gaps = new Pauses("longest gap between acknowledgements");
  private final Pauses metadataPauses = new Pauses("until a topic could be made");
  private final AckTimes acknowledged = new AckTimes();
  private final Admin admin;
  private final SteadyWriter writer;
  private int topicsMade;

  /** Something done to a process, or undone. */
  private interface Harm {
    void run(String process) throws IOException, InterruptedException;
  }

  /** Makes a topic on a cluster that runs, and begins to write. */
  public Failover(ClusterUnderTest cluster) throws InterruptedException {
    this.cluster = cluster;
    this.admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) cluster.bootstrap()));
    makeTopic(TOPIC, System.nanoTime() + PATIENCE.toNanos());
    this.writer = new SteadyWriter(cluster.bootstrap(), TOPIC, acknowledged);
  }

  /** Measures each thing that can be done to this cluster, one after the other, several times. */
  public void measure(int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      measure("nothing", "", process -> {}, process -> {});
      measure("kill -9 of the leading broker", leader(), cluster::kill, cluster::start);
      measure("an orderly stop of the leading broker", leader(), cluster::stop, cluster::start);
      if (cluster.replicationFactor() > 1) {
        measure("SIGSTOP of the leading broker", leader(), cluster::freeze, cluster::thaw);
        measure("kill -9 of a following broker", follower(), cluster::kill, cluster::start);
        measure("a rolling restart of all brokers", "", all -> restartBrokers(), all -> {});
        measureController();
      }
    }
    if (writer.errors() > 0) {
      throw new IllegalStateException(writer.errors() + " records were given up");
    }
  }

  /** The longest gap between acknowledgements. */
  public Pauses gaps() {
    return gaps;
  }

  /** From the death of the active controller until a topic could be made. */
  public Pauses metadataPauses() {
    return metadataPauses;
  }

  private void measure(String fault, String process, Harm harm, Harm repair)
      throws IOException, InterruptedException {
    acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
    long fromNs = System.nanoTime();
    harm.run(process);
    if (cluster.replicationFactor() > 1) {
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE); // others took over
      gaps.add(fault, acknowledged.longestGap(fromNs));
      repair.run(process);
    } else {
      repair.run(process);
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
      gaps.add(fault, acknowledged.longestGap(fromNs));
    }
  }

  private void measureController() throws IOException, InterruptedException {
    String fault = "kill -9 of the active controller";
    measure(
        fault,
        activeController(),
        controller -> {
          long killedNs = System.nanoTime();
          cluster.kill(controller);
          makeTopic(TOPIC + "-" + topicsMade++, killedNs + PATIENCE.toNanos());
          metadataPauses.add(fault, Duration.ofNanos(System.nanoTime() - killedNs));
        },
        cluster::start);
  }

  private void restartBrokers() throws IOException, InterruptedException {
    for (Node broker : answer(admin.describeCluster().nodes())) {
      cluster.stop(cluster.brokerProcess(broker.id()));
      cluster.start(cluster.brokerProcess(broker.id()));
    }
  }

  /** Tries again as an impatient operator would. */
  private void makeTopic(String name, long deadlineNs) throws InterruptedException {
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

  private String activeController() throws InterruptedException {
    return "controller-" + answer(admin.describeMetadataQuorum().quorumInfo()).leaderId();
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
    return answer(admin.describeTopics(List.of(TOPIC)).allTopicNames())
        .get(TOPIC)
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
  public void close() throws InterruptedException {
    writer.close();
    admin.close();
  }
}

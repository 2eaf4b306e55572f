package io.myelin.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/** Many partitions of three replicas: made, left by one broker, and joined by it again. */
final class PartitionsScenario implements Scenario {
  private static final int TOPICS = 10;
  private static final int VICTIM = 2;
  private static final int DEADLINE_SECONDS = 300;
  private static final int PAUSE_MS = 20;

  @Override
  public String name() {
    return "partitions-10k";
  }

  @Override
  public String summary() {
    return "10,000 partitions of three replicas: creation, kill -9 of a broker, its return";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 30 + volumes.clusterPartitions() / 100;
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    List<NewTopic> topics = new ArrayList<>();
    for (int topic = 0; topic < TOPICS; topic++) {
      topics.add(
          new NewTopic(
              "many-" + topic,
              lab.volumes().clusterPartitions() / TOPICS,
              (short) ClusterUnderTest.BROKERS));
    }
    try (ClusterUnderTest cluster = lab.startedCluster();
        Admin admin = Clients.admin(cluster.bootstrap(), 120_000)) {
      create(admin, cluster, topics, figures);
      failOver(admin, cluster, topics, figures);
      comeBack(admin, cluster, topics, figures);
    }
    return figures;
  }

  private static void create(
      Admin admin, ClusterUnderTest cluster, List<NewTopic> topics, Figures figures)
      throws Exception {
    long start = System.nanoTime();
    for (NewTopic topic : topics) {
      // One request for all of them is more than Kafka's controller takes.
      admin.createTopics(List.of(topic)).all().get();
    }
    figures.put(Metric.MANY_CREATED, (System.nanoTime() - start) / 1e9);
    figures.put(
        Metric.MANY_USABLE, KillScenario.oneRecordEach(cluster, topics, start).allSeconds());
    secondsUntil(admin, topics, start, PartitionsScenario::isInSync);
  }

  private static void failOver(
      Admin admin, ClusterUnderTest cluster, List<NewTopic> topics, Figures figures)
      throws Exception {
    long start = System.nanoTime();
    cluster.killBroker(VICTIM);
    figures.put(
        Metric.MANY_FAILOVER,
        secondsUntil(
            admin, topics, start, one -> one.leader() != null && one.leader().id() != VICTIM));
    figures.put(
        Metric.MANY_WRITABLE, KillScenario.oneRecordEach(cluster, topics, start).allSeconds());
  }

  private static void comeBack(
      Admin admin, ClusterUnderTest cluster, List<NewTopic> topics, Figures figures)
      throws Exception {
    long start = System.nanoTime();
    cluster.startBroker(VICTIM);
    figures.put(
        Metric.MANY_IN_SYNC, secondsUntil(admin, topics, start, PartitionsScenario::isInSync));
  }

  private static boolean isInSync(TopicPartitionInfo partition) {
    return partition.isr().size() == ClusterUnderTest.BROKERS;
  }

  /** Asks until all partitions are so, by what a broker that lives says. */
  private static double secondsUntil(
      Admin admin, List<NewTopic> topics, long startNanos, Predicate<TopicPartitionInfo> condition)
      throws IOException, InterruptedException, ExecutionException {
    List<String> names = topics.stream().map(NewTopic::name).toList();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (true) {
      Collection<TopicDescription> found =
          admin.describeTopics(names).allTopicNames().get().values();
      long left =
          found.stream()
              .flatMap(topic -> topic.partitions().stream())
              .filter(condition.negate())
              .count();
      if (left == 0) {
        return (System.nanoTime() - startNanos) / 1e9;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(left + " partitions are not as they should be after all that time");
      }
      Thread.sleep(PAUSE_MS);
    }
  }
}

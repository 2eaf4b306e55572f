package io.myelin.containers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;

/** What an operator asks of a cluster and does to its topics, of one partition each. */
final class Operator implements AutoCloseable {
  private static final short REPLICAS = 3;

  private final Admin admin;

  Operator(String bootstrap) {
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                // One that is cut off says nothing; another one answers.
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                2_000,
                AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
                1_000));
  }

  /** Makes a topic; tries until it is there. */
  void makeTopic(String name) throws Exception {
    Until.holds(
        "topic " + name + " can be made",
        () -> {
          try {
            tryToMakeTopic(name);
            return true;
          } catch (ExecutionException e) {
            // There from an attempt that got no answer, or another attempt is due.
            return e.getCause() instanceof TopicExistsException;
          }
        });
  }

  /**
   * Makes a topic.
   *
   * @throws ExecutionException if that is not to be had within seconds
   */
  void tryToMakeTopic(String name) throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            List.of(new NewTopic(name, 1, REPLICAS)), new CreateTopicsOptions().timeoutMs(5_000))
        .all()
        .get();
  }

  /** The id of the topic's leader, as the broker that was asked knows it; -1 if there is none. */
  int leader(String topic) throws ExecutionException, InterruptedException {
    Node leader = partition(topic).leader();
    return leader == null ? -1 : leader.id();
  }

  /** Returns the new leader's id, once there is one. */
  int awaitLeaderOtherThan(int id, String topic) throws Exception {
    Until.holds(topic + " has another leader than " + id, () -> isLedByOther(topic, id));
    return leader(topic);
  }

  private boolean isLedByOther(String topic, int id)
      throws ExecutionException, InterruptedException {
    int leader = leader(topic);
    return leader != id && leader != -1;
  }

  /**
   * Returns when all replicas are in sync under a leader other than the one with this id: its own
   * word on the matter may be old.
   */
  void awaitInSyncUnderOther(int id, String topic) throws Exception {
    Until.holds(
        "all replicas of " + topic + " are in sync",
        () -> {
          TopicPartitionInfo partition = partition(topic);
          return partition.leader() != null
              && partition.leader().id() != id
              && partition.isr().size() == REPLICAS;
        });
  }

  int activeController() throws ExecutionException, InterruptedException {
    return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
  }

  private TopicPartitionInfo partition(String topic)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .getFirst();
  }

  @Override
  public void close() {
    admin.close();
  }
}

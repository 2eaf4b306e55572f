package io.myelin.containers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What an operator asks of a cluster and does to its topics, of one partition each. Every question
 * has a client of its own: a client goes on asking the broker that it is connected to, and if just
 * that one is cut off from the others it tells what it knew then, for ever.
 */
final class Operator {
  private static final short REPLICAS = 3;

  /** One that is cut off says nothing: then it is time to ask another one. */
  private static final int ANSWER_MS_MAX = 2_000;

  private final Map<String, Object> settings;

  Operator(String bootstrap) {
    this.settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            ANSWER_MS_MAX,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            ANSWER_MS_MAX,
            AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
            ANSWER_MS_MAX / 2);
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
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(name, 1, REPLICAS))).all().get();
    }
  }

  /** The id of the topic's leader. */
  int leader(String topic) throws Exception {
    return awaitLeaderOtherThan(-1, topic);
  }

  /** Returns the new leader's id, once there is one. */
  int awaitLeaderOtherThan(int id, String topic) throws Exception {
    return Until.present(
        topic + " has another leader than " + id,
        () -> Optional.ofNullable(partition(topic).leader()).map(Node::id).filter(at -> at != id));
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

  int activeController() throws Exception {
    return ask(admin -> admin.describeMetadataQuorum().quorumInfo()).leaderId();
  }

  private TopicPartitionInfo partition(String topic) throws Exception {
    return ask(admin -> admin.describeTopics(List.of(topic)).allTopicNames())
        .get(topic)
        .partitions()
        .getFirst();
  }

  private <T> T ask(Function<Admin, KafkaFuture<T>> question) throws Exception {
    return Until.present(
        "an answer about the cluster",
        () -> {
          try (Admin admin = Admin.create(settings)) {
            return Optional.of(question.apply(admin).get());
          } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }
}

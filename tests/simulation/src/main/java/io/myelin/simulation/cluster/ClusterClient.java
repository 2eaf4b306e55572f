package io.myelin.simulation.cluster;

import io.myelin.metadata.PartitionImage;
import io.myelin.simulation.ClientConnection;
import io.myelin.simulation.ServerSide;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A client that keeps itself connected to the broker that serves it: asks any broker who that is,
 * as Kafka's clients do, and begins again when it is another one.
 */
abstract class ClusterClient {
  /** As request.timeout.ms: what takes longer is given up, with its connection. */
  private static final long REQUEST_MS_MAX = 2_500;

  final ClusterWorld world;
  final String name;
  private ClientConnection connection;
  private boolean stopped;

  ClusterClient(ClusterWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  final void start() {
    connect();
  }

  /** The client leaves for good. */
  final void stop() {
    stopped = true;
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** Whom it is connected to; null: nobody. */
  final ServerSide server() {
    return connection == null ? null : connection.server();
  }

  final boolean isConnected() {
    return connection != null;
  }

  /** Asks, on a connection to any broker, who serves this client; {@link #moveTo} follows. */
  abstract void locate();

  /** There is a new connection to whoever serves it; nothing is under way on it. */
  abstract void onConnected();

  private void connect() {
    if (stopped || connection != null) {
      return;
    }
    BrokerMachine any = world.anyBroker();
    if (any != null && open(any)) {
      locate();
    } else {
      connectLater();
    }
  }

  private boolean open(BrokerMachine broker) {
    connection = ClientConnection.open(world, broker, name, this::lost);
    return connection != null;
  }

  private void lost() {
    connection = null;
    connectLater();
  }

  /** The broker with this id serves it. */
  final void moveTo(int broker) {
    if (connection.server() != world.cluster().broker(broker)) {
      connection.close();
      connection = null;
      BrokerMachine target = world.cluster().broker(broker);
      if (target == null || !open(target)) {
        connectLater();
        return;
      }
    }
    onConnected();
  }

  /** To be moved to the leader that the broker names. */
  final void locateLeader(PartitionLedger of, Consumer<Integer> onEpoch) {
    call(
        ApiKeys.METADATA,
        9,
        new MetadataRequestData()
            .setTopics(List.of(new MetadataRequestTopic().setName(of.topic())))
            .setAllowAutoTopicCreation(false),
        MetadataResponseData.class,
        answer -> {
          var topic = answer.topics().iterator().next();
          var found =
              topic.partitions().stream()
                  .filter(each -> each.partitionIndex() == of.id() && each.leaderId() >= 0)
                  .findAny();
          if (found.isPresent()) {
            onEpoch.accept(found.get().leaderEpoch());
            moveTo(found.get().leaderId());
          } else {
            reconnect();
          }
        });
  }

  /**
   * Whether the broker that it talks to leads in the newest epoch and knows it: another one may be
   * behind, and cannot know that.
   */
  final boolean isAtNewestLeader(String topic, int partition) {
    PartitionImage state = world.metadata().state(topic, partition);
    BrokerMachine broker = (BrokerMachine) server();
    if (state == null || broker.id != state.leader() || !broker.isServing()) {
      return false;
    }
    PartitionImage known = broker.image().partition(topic, partition);
    return known != null && known.leaderEpoch() == state.leaderEpoch();
  }

  /** Gives the connection up and tries again on another. */
  final void reconnect() {
    if (connection != null) {
      connection.close();
      lost();
    }
  }

  private void connectLater() {
    world.clock().after(20 + world.random().nextInt(100), this::connect);
  }

  /** The answer is dropped if the connection has been given up before it comes. */
  final <T extends ApiMessage> void call(
      ApiKeys key, int version, ApiMessage request, Class<T> answer, Consumer<T> onAnswer) {
    ClientConnection used = connection;
    boolean[] answered = new boolean[1];
    used.call(
        key,
        (short) version,
        request,
        message -> {
          answered[0] = true;
          if (used == connection) {
            onAnswer.accept(answer.cast(message));
          }
        });
    world
        .clock()
        .after(
            REQUEST_MS_MAX,
            () -> {
              if (!answered[0] && used == connection) {
                reconnect();
              }
            });
  }

  /** Runs {@code task} later, if the connection is still the same then. */
  final void later(long delayMs, Runnable task) {
    ClientConnection used = connection;
    world
        .clock()
        .after(
            delayMs,
            () -> {
              if (used != null && used == connection) {
                task.run();
              }
            });
  }
}

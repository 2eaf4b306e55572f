package io.myelin.simulation.cluster;

import io.myelin.metadata.PartitionImage;
import io.myelin.simulation.ConnectedClient;
import io.myelin.simulation.ServerSide;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * A client of the broker that serves it: asks any broker who that is, as Kafka's clients do, and
 * begins again when it is another one.
 */
abstract class ClusterClient extends ConnectedClient {
  /** As request.timeout.ms: what takes longer is given up, with its connection. */
  private static final int REQUEST_MS_MAX = 2_500;

  final ClusterWorld world;

  ClusterClient(ClusterWorld world, String name) {
    super(world, name, REQUEST_MS_MAX, 100);
    this.world = world;
  }

  /** Asks, on a connection to any broker, who serves this client; {@link #moveTo} follows. */
  abstract void locate();

  /** There is a new connection to whoever serves it; nothing is under way on it. */
  abstract void onConnected();

  @Override
  protected final ServerSide next() {
    return world.anyBroker();
  }

  @Override
  protected final void opened() {
    locate();
  }

  @Override
  protected final void unanswered(ApiKeys key) {
    reconnect();
  }

  /** The broker with this id serves it. */
  final void moveTo(int broker) {
    if (change(world.cluster().broker(broker))) {
      onConnected();
    }
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
}

package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.FakeCoordinatorLog;
import io.myelin.broker.coordinator.FakeWorld;
import io.myelin.broker.coordinator.group.GroupConfig;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.coordinator.group.TopicNames;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * A coordinator behind its handlers. Responses pass through the codec of the version that was asked
 * for: a field that the version does not have fails the test, as it would fail the client.
 */
final class GroupApiFixture implements OffsetsTopic, TopicNames {
  static final Uuid TOPIC_ID = new Uuid(3, 4);
  private static final Map<String, Uuid> TOPICS = Map.of("t", TOPIC_ID);

  final FakeWorld world = new FakeWorld(1);
  final FakeCoordinatorLog logs = new FakeCoordinatorLog();
  final GroupCoordinator groups =
      GroupCoordinator.on(GroupConfig.DEFAULT, world, world, world, world, logs, this);
  int partitions = 3;
  int partitionsOnCreate = 3;
  int created;

  GroupApiFixture() {
    lead();
  }

  void lead() {
    for (int p = 0; p < 3; p++) {
      groups.lead(p, 1);
    }
    world.run();
  }

  <Q extends ApiMessage, A extends ApiMessage> CompletableFuture<A> ask(
      ApiHandler<Q, A> handler, int version, Q request) {
    RequestContext context =
        new RequestContext(
            RequestContext.ANONYMOUS,
            RequestContext.DEFAULT_TENANT,
            "client",
            "PLAINTEXT",
            new InetSocketAddress("192.0.2.7", 4711),
            1,
            1,
            (short) version,
            Runnable::run);
    CompletionStage<A> answer = handler.handle(context, request);
    world.run();
    return answer.toCompletableFuture();
  }

  <Q extends ApiMessage, A extends ApiMessage> A answer(
      ApiHandler<Q, A> handler, int version, Q request) {
    CompletableFuture<A> answer = ask(handler, version, request);
    assertThat(answer).isCompleted();
    return sent(answer.join(), (short) version);
  }

  static <A extends ApiMessage> A sent(A response, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBufferAccessor bytes =
        new ByteBufferAccessor(java.nio.ByteBuffer.allocate(response.size(cache, version)));
    response.write(bytes, cache, version);
    return response;
  }

  // OffsetsTopic

  @Override
  public int partitionCount() {
    return partitions;
  }

  @Override
  public Optional<Node> leader(int partition, String listener) {
    return partition < partitions
        ? Optional.of(new Node(1, "broker." + listener, 9092 + partition))
        : Optional.empty();
  }

  @Override
  public CompletionStage<Void> create() {
    created++;
    partitions = partitionsOnCreate;
    return partitions > 0
        ? CompletableFuture.completedStage(null)
        : CompletableFuture.failedStage(new IllegalStateException("no brokers"));
  }

  // TopicNames

  @Override
  public Optional<Uuid> id(String topic) {
    return Optional.ofNullable(TOPICS.get(topic));
  }

  @Override
  public Optional<String> name(Uuid topicId) {
    return topicId.equals(TOPIC_ID) ? Optional.of("t") : Optional.empty();
  }

  @Override
  public boolean exists(String topic, int partition) {
    return TOPICS.containsKey(topic) && partition < 2;
  }
}

package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.broker.image.InternalTopics;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A controller and handlers on one thread. */
final class AdminFixture {
  static final String LISTENER = "PLAINTEXT";

  final ActiveController controller;
  final BrokerConfig config;
  final InternalTopics internalTopics;
  final TopicConfigs topicConfigs;

  AdminFixture(Map<String, String> settings) {
    this(settings, false);
  }

  /**
   * @param fencedAtFirst whether the broker that registers is fenced
   */
  AdminFixture(Map<String, String> settings, boolean fencedAtFirst) {
    config = BrokerConfig.of(settings, BrokerConfig.STANDALONE_DEFAULTS);
    controller =
        ActiveController.start(
                new InMemoryMetadataStore("test"),
                new ControllerSettings(
                    0,
                    config.topics().partitions(),
                    config.topics().replicationFactor(),
                    1,
                    fencedAtFirst,
                    Map.of()),
                new TestingThreads(new CallersThread()),
                new SimRandomness(7))
            .join();
    controller
        .register(
            new BrokerRegistration(
                0,
                new UUID(0, 0),
                Map.of(LISTENER, new BrokerImage.Endpoint("there", 9092)),
                Optional.empty(),
                Optional.empty(),
                true,
                "disk"))
        .join();
    internalTopics = new InternalTopics(config.offsetsTopic());
    topicConfigs = new TopicConfigs(config.all());
  }

  /**
   * Asks a handler, and sees that its answer can be written in that version, without which a client
   * would get none.
   */
  static <Q extends ApiMessage, A extends ApiMessage> A ask(
      ApiHandler<Q, A> handler, Q request, int version) {
    RequestContext context =
        new RequestContext(
            RequestContext.ANONYMOUS,
            RequestContext.DEFAULT_TENANT,
            "test",
            LISTENER,
            InetSocketAddress.createUnresolved("client", 1),
            1,
            1,
            (short) version,
            Runnable::run);
    A response = handler.handle(context, request).toCompletableFuture().join();
    ObjectSerializationCache cache = new ObjectSerializationCache();
    int size = response.size(cache, (short) version);
    response.write(
        new ByteBufferAccessor(java.nio.ByteBuffer.allocate(size)), cache, (short) version);
    return response;
  }

  static <Q extends ApiMessage, A extends ApiMessage> A ask(ApiHandler<Q, A> handler, Q request) {
    return ask(handler, request, handler.newestVersion());
  }
}

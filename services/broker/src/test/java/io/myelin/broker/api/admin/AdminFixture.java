package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Randomness;
import io.myelin.env.Threads;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.InMemoryMetadataStore;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
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
    config = BrokerConfig.of(settings, BrokerConfig.STANDALONE_DEFAULTS);
    controller =
        ActiveController.start(
                new InMemoryMetadataStore("test"),
                new ControllerSettings(
                    0,
                    config.topics().partitions(),
                    config.topics().replicationFactor(),
                    1,
                    false,
                    Map.of()),
                new OneThread(),
                new SeededRandomness())
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
    internalTopics = new InternalTopics(controller, controller, config.offsetsTopic());
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

  private static final class OneThread implements Threads {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public Executor serial(String name) {
      return this::run;
    }

    @Override
    public Executor pool(String name, int size) {
      return this::run;
    }

    private void run(Runnable task) {
      tasks.add(task);
      if (!running) {
        running = true;
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
          next.run();
        }
        running = false;
      }
    }
  }

  private static final class SeededRandomness implements Randomness {
    private final Random random = new Random(7);

    @Override
    public long nextLong() {
      return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
      return random.nextInt(bound);
    }

    @Override
    public void nextBytes(byte[] bytes) {
      random.nextBytes(bytes);
    }
  }
}

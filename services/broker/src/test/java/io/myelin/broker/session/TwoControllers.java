package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/**
 * A broker's session, and two controllers that it may be with, with real decisions, on the
 * simulator.
 */
abstract class TwoControllers {
  static final long LIMIT_MS = 30_000;

  final Simulation simulation = new Simulation(1);
  final MetadataStore store = new InMemoryMetadataStore("store");
  final Environment host = simulation.environment("broker", simulation.disk());
  final CountingTransport transport =
      new CountingTransport(new FramedTransport(host, RpcSettings.DEFAULT));
  final Events events = new Events();
  final List<ClusterImage> images = new ArrayList<>();
  TestingController first;
  TestingController second;
  RemoteController remote;

  @BeforeEach
  void start() throws IOException {
    first = new TestingController(simulation, 1);
    second = new TestingController(simulation, 2);
    remote =
        new RemoteController(transport, List.of(first.address(), second.address()), host, events);
    remote.subscribe(
        new MetadataPublisher.Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            images.add(now);
          }
        });
  }

  void session() {
    first.activate(store, 5);
    second.standBy(Optional.of(first.address()), 5);
    remote.register(broker());
    await(() -> remote.image().brokers().containsKey(7));
  }

  CompletableFuture<List<Result<TopicImage>>> createTopic(String name) {
    return remote.createTopics(List.of(new NewTopic(name, 2, 1, Map.of(), Map.of())), false);
  }

  void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, LIMIT_MS)).isTrue();
  }

  static Controller.Refusal refusal(Result<?> result) {
    return ((Result.Refused<?>) result).refusal();
  }

  static BrokerRegistration broker() {
    return new BrokerRegistration(
        7,
        new UUID(1, 2),
        Map.of("PLAINTEXT", new BrokerImage.Endpoint("broker", 9092)),
        Optional.of(new BrokerImage.Endpoint("broker", 9093)),
        Optional.of("rack"),
        true,
        "disk");
  }

  static final class Events implements SessionEvents {
    final List<String> log = new ArrayList<>();

    @Override
    public void fenced(boolean fenced) {
      log.add("fenced " + fenced);
    }

    @Override
    public void mayStop() {
      log.add("may stop");
    }

    @Override
    public void refused(String message) {
      log.add("refused: " + message);
    }

    @Override
    public void mustStop(String message) {
      log.add("must stop: " + message);
    }
  }
}

package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.EndpointProbe.Verdict;
import io.myelin.controller.session.SessionHost.Known;
import io.myelin.controller.session.SessionHost.Registration;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Simulation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A cluster's real controller and its sessions with brokers, which nobody has made active yet, in
 * simulated time.
 */
abstract class SimulatedSessions {
  private static final long LIMIT_MS = 60_000;

  final Simulation simulation = new Simulation(1);
  final ActiveController controller;
  final BrokerSessions sessions;

  /** What is found when somebody looks whether a broker is there. */
  Verdict verdict = Verdict.UNKNOWN;

  /**
   * @param timeoutMs a broker that is silent for so long is fenced
   * @param inSyncMin the cluster's min.insync.replicas
   */
  SimulatedSessions(int timeoutMs, int inSyncMin) {
    Environment env = simulation.environment();
    CompletableFuture<ActiveController> started =
        ActiveController.start(
            new InMemoryMetadataStore("store"),
            new ControllerSettings(7, 1, 1, inSyncMin, true, Map.of()),
            env.threads(),
            env.randomness());
    assertThat(simulation.runUntil(started::isDone, LIMIT_MS)).isTrue();
    controller = started.join();
    sessions =
        new BrokerSessions(
            7,
            timeoutMs,
            endpoint -> CompletableFuture.completedFuture(verdict),
            env.clock(),
            env.scheduler(),
            env.threads());
  }

  <T> T await(CompletableFuture<T> future) {
    await(future::isDone);
    return future.join();
  }

  /** Lets time pass until the condition holds. */
  void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, LIMIT_MS)).isTrue();
  }

  /** What a broker knows that has never seen a controller. */
  static Known nothing() {
    return new Known("", 0, 0, 0, 0);
  }

  /** Registers a broker that knows nothing, and returns its epoch. */
  long registered(BrokerRegistration broker) {
    return ((Registration.Accepted) await(sessions.register(broker, nothing()))).brokerEpoch();
  }

  /** Topic {@code a}, with one partition. */
  void makeTopic(List<Integer> replicas) {
    await(
        controller.createTopics(
            List.of(new NewTopic("a", -1, -1, Map.of(0, replicas), Map.of())), false));
  }

  PartitionImage partition() {
    return controller.image().partition("a", 0);
  }

  /**
   * @param cleanStop whether it stopped in order before
   * @param storage names its disk
   */
  static BrokerRegistration broker(int id, UUID incarnation, boolean cleanStop, String storage) {
    return new BrokerRegistration(
        id,
        incarnation,
        Map.of("PLAINTEXT", new BrokerImage.Endpoint("b" + id, 9092)),
        Optional.of(new BrokerImage.Endpoint("b" + id, 9094)),
        Optional.empty(),
        cleanStop,
        storage);
  }
}

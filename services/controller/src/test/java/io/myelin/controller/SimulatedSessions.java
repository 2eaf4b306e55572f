package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.EndpointProbe.Verdict;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.sim.Simulation;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A cluster's controller and its sessions with brokers, which nobody has made active yet. */
final class SimulatedSessions {
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
    controller =
        await(
            ActiveController.start(
                new InMemoryMetadataStore("store"),
                new ControllerSettings(7, 1, 1, inSyncMin, true, Map.of()),
                env.threads(),
                env.randomness()));
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
    assertThat(simulation.runUntil(future::isDone, 60_000)).isTrue();
    return future.join();
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

package io.myelin.simulation.cluster;

import io.myelin.metadata.InMemoryMetadataServer.Link;
import io.myelin.sim.Crash;
import io.myelin.simulation.BatchSender;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients can begin while nobody decides about the metadata. */
class WithoutControllersTest {
  private final ClusterStage stage = new ClusterStage(1, Seams.SOUND, null);
  private PartitionLedger ledger;

  @BeforeEach
  void begin() {
    stage.start();
    ledger = stage.makeTopic("t", Map.of());
  }

  @Test
  void anIdempotentProducerStartsWhileNoControllerRuns() {
    eachController(controller -> controller.crash(Crash.PROCESS_KILL));
    aProducerStarts();
  }

  @Test
  void anIdempotentProducerStartsWhileTheStoreIsGone() {
    eachController(
        controller -> stage.cluster.store().setLink(controller.host, Link.REQUESTS_LOST));
    stage.await(
        "the end of the lease",
        () -> stage.cluster.controllers().stream().noneMatch(ControllerMachine::isActive));
    aProducerStarts();
  }

  private void eachController(Consumer<ControllerMachine> happens) {
    stage.cluster.controllers().forEach(happens);
  }

  private void aProducerStarts() {
    ClusterProducer producer = new ClusterProducer(stage.world, BatchSender.IDEMPOTENT, ledger);
    producer.start();
    stage.await("records", () -> producer.acknowledged() >= 10);
  }
}

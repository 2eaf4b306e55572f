package io.myelin.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.metadata.testing.ElectionContract;
import io.myelin.metadata.testing.FreezableScheduler;
import io.myelin.sim.Simulation;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Processes of a simulation that share a server in memory. */
final class InMemoryWorld implements ElectionContract.World {
  private final Simulation simulation;
  private final InMemoryMetadataServer server;
  private final Map<String, FreezableScheduler> schedulers = new HashMap<>();

  InMemoryWorld(long seed) {
    simulation = new Simulation(seed);
    server = new InMemoryMetadataServer("test", simulation.clock());
  }

  InMemoryMetadataServer server() {
    return server;
  }

  Simulation simulation() {
    return simulation;
  }

  @Override
  public Election join(String process) {
    Environment all = simulation.environment();
    FreezableScheduler scheduler = new FreezableScheduler(all.scheduler());
    schedulers.put(process, scheduler);
    return server.election(
        process,
        new Environment(
            all.clock(), scheduler, all.threads(), all.disk(), all.randomness(), all.network()));
  }

  @Override
  public void freeze(String process) {
    schedulers.get(process).freeze();
  }

  @Override
  public void thaw(String process) {
    schedulers.get(process).thaw();
  }

  @Override
  public Scheduler scheduler() {
    return simulation.environment().scheduler();
  }

  @Override
  public void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60_000)).isTrue();
  }

  @Override
  public void close() {}
}

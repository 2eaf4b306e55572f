package io.myelin.metadata;

import io.myelin.env.Environment;
import io.myelin.env.Threads;
import io.myelin.metadata.testing.RememberingStoreContract;
import io.myelin.sim.Simulation;
import java.util.concurrent.Executor;

class InMemoryFencedStoreTest extends RememberingStoreContract {

  @Override
  protected MetadataStore create() {
    Simulation simulation = new Simulation(1);
    Environment all = simulation.environment();
    Environment immediate =
        new Environment(
            all.clock(),
            all.scheduler(),
            new Immediate(),
            all.disk(),
            all.randomness(),
            all.network());
    return new InMemoryMetadataServer("test", simulation.clock())
        .election("a", immediate)
        .campaign(new Election.Candidate(1, "a"))
        .thenCompose(Leadership::openStore)
        .join();
  }

  /** Runs every task where it is given, so that the suite need not let time pass. */
  private static final class Immediate implements Threads {
    @Override
    public Executor serial(String name) {
      return Runnable::run;
    }

    @Override
    public Executor pool(String name, int size) {
      return Runnable::run;
    }
  }
}

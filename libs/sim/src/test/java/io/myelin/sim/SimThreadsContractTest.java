package io.myelin.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Threads;
import io.myelin.env.testing.ThreadsContract;
import java.util.function.BooleanSupplier;

class SimThreadsContractTest extends ThreadsContract {
  private final Simulation simulation = new Simulation(1);
  private final Threads threads = simulation.environment().threads();

  @Override
  protected Threads threads() {
    return threads;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60_000)).isTrue();
  }
}

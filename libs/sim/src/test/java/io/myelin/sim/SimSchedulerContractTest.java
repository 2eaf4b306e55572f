package io.myelin.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.env.testing.SchedulerContract;
import java.util.function.BooleanSupplier;

class SimSchedulerContractTest extends SchedulerContract {
  private final Simulation simulation = new Simulation(1);
  private final Scheduler scheduler = simulation.environment().scheduler();

  @Override
  protected Scheduler scheduler() {
    return scheduler;
  }

  @Override
  protected Clock clock() {
    return simulation.clock();
  }

  @Override
  protected void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60_000)).isTrue();
  }
}

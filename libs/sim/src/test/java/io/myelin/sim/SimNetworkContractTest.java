package io.myelin.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Network;
import io.myelin.env.testing.NetworkContract;
import java.util.function.BooleanSupplier;

class SimNetworkContractTest extends NetworkContract {
  private final Simulation simulation = new Simulation(1);
  private final Network network = simulation.network().at(HOST);

  @Override
  protected Network network() {
    return network;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60_000)).isTrue();
  }
}

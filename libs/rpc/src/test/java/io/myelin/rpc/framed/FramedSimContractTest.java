package io.myelin.rpc.framed;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Environment;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.testing.RpcContract;
import io.myelin.rpc.testing.RpcWorld;
import io.myelin.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class FramedSimContractTest extends RpcContract {

  @Override
  protected RpcWorld newWorld() {
    return new SimWorld(1);
  }

  @Test
  void theSameSeedGivesTheSameRun() throws Exception {
    assertThat(trace(7)).isEqualTo(trace(7)).isNotEmpty();
  }

  private static List<String> trace(long seed) throws Exception {
    SimWorld world = new SimWorld(seed);
    List<String> events = new ArrayList<>();
    world.simulation.onEvent(events::add);
    Conversation.run(world, SETTINGS);
    return events;
  }

  /** Two hosts of a simulation. */
  static class SimWorld implements RpcWorld {
    final Simulation simulation;
    private final List<Environment> servers = new ArrayList<>();

    SimWorld(long seed) {
      simulation = new Simulation(seed);
      simulation.onFailure(
          e -> {
            if (!(e instanceof DeliberateException)) {
              throw e;
            }
          });
    }

    @Override
    public RpcTransport transport(Host host, RpcSettings settings) {
      Environment environment = simulation.environment(name(host), simulation.disk());
      if (host == Host.SERVER) {
        servers.add(environment);
      }
      return new FramedTransport(environment, settings);
    }

    @Override
    public Address addressOf(RpcServer server) {
      return new Address(name(Host.SERVER), server.port());
    }

    @Override
    public Address directAddressOf(RpcServer server) {
      return addressOf(server);
    }

    @Override
    public Address deserted() {
      return new Address(name(Host.SERVER), 23_999);
    }

    @Override
    public Address unreachable() {
      blackhole();
      return deserted();
    }

    @Override
    public void killServer() {
      servers.forEach(environment -> environment.network().close());
    }

    @Override
    public void blackhole() {
      simulation.network().cut(name(Host.CLIENT), name(Host.SERVER));
      simulation.network().cut(name(Host.SERVER), name(Host.CLIENT));
    }

    @Override
    public Executor serial(String name) {
      return simulation.threads().serial(name);
    }

    @Override
    public void await(BooleanSupplier condition) {
      assertThat(simulation.runUntil(condition, 60_000)).isTrue();
    }

    @Override
    public void close() {}

    private static String name(Host host) {
      return switch (host) {
        case CLIENT -> "client";
        case SERVER -> "server";
      };
    }
  }
}

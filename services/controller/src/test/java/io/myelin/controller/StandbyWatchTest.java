package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.StandbyWatch.Attendant;
import io.myelin.env.Environment;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.InMemoryMetadataServer;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three controllers on three hosts, with real streams between them, in simulated time. */
class StandbyWatchTest {
  private static final int PORT = 24_001;

  private final Simulation simulation = new Simulation(1);
  private final InMemoryMetadataServer server =
      new InMemoryMetadataServer("test", simulation.clock());
  private final Host first = new Host(1);
  private final Host second = new Host(2);
  private final Host third = new Host(3);

  private static final class Nobody implements ControllerNode.Listener {
    @Override
    public void leads(ActiveController controller, String storeId, long epoch) {}

    @Override
    public void follows(Optional<Active> active) {}
  }

  private final class Host {
    final Environment env;
    final Address address;
    final StandbyWatch watch;
    final ControllerNode node;

    Host(int id) {
      address = new Address("host-" + id, PORT);
      env = simulation.environment(address.host(), simulation.disk());
      RpcTransport transport = new FramedTransport(env, RpcSettings.DEFAULT);
      watch = new StandbyWatch(transport, env.threads(), env.clock(), env.scheduler());
      RpcHandlers handlers = new RpcHandlers();
      watch.addTo(handlers);
      try {
        transport.serve(address, handlers);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      node =
          new ControllerNode(
              server.election(address.host(), env),
              new Candidate(id, address.toString()),
              new NetworkProbe(env.network()),
              (store, epoch) ->
                  ActiveController.start(
                      store,
                      new ControllerSettings(id, 1, 1, 1, true, Map.of()),
                      env.threads(),
                      env.randomness()),
              watch.alsoTelling(new Nobody()),
              env.scheduler(),
              env.threads());
      watch.watchFor(node);
    }

    List<Integer> ids() {
      return watch.controllers().stream().map(Attendant::id).toList();
    }

    boolean isGone(int id) {
      return watch.controllers().stream()
          .anyMatch(one -> one.id() == id && one.leftMs().isPresent());
    }
  }

  @BeforeEach
  void theFirstLeads() {
    first.node.start();
    await(() -> first.node.controller().isPresent());
    second.node.start();
    third.node.start();
    await(() -> first.ids().equals(List.of(1, 2, 3)));
  }

  private void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 30_000)).isTrue();
  }

  @Test
  void theActiveOneKnowsWhoStandsBy() {
    assertThat(first.watch.controllers())
        .allSatisfy(one -> assertThat(one.leftMs()).isEmpty())
        .extracting(one -> one.endpoint().toString())
        .containsExactly("host-1:24001", "host-2:24001", "host-3:24001");
  }

  @Test
  void aStandbyThatIsGoneIsStillKnown() {
    second.env.network().close();

    await(() -> first.isGone(2));

    assertThat(first.ids()).containsExactly(1, 2, 3);
    assertThat(first.isGone(3)).isFalse();
  }

  @Test
  void theOthersAttendTheNextActiveOneAtOnce() {
    long beforeMs = simulation.clock().wallMs();
    first.env.network().close();

    await(() -> second.node.controller().isPresent() || third.node.controller().isPresent());
    Host next = second.node.controller().isPresent() ? second : third;
    await(() -> next.ids().containsAll(List.of(2, 3)));

    assertThat(simulation.clock().wallMs() - beforeMs).as("without its lease").isLessThan(2_000);
    assertThat(next.ids()).doesNotContain(1);
  }
}

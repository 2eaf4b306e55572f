package io.myelin.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.env.Environment;
import io.myelin.env.Network;
import io.myelin.env.Network.ConnectFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class SimulationTest {

  /**
   * Timers, executors and a disk that crashes, all at random; everything that can be seen of it.
   */
  private static List<String> randomRun(long seed) {
    List<String> trace = new ArrayList<>();
    Simulation simulation = new Simulation(seed);
    simulation.onEvent(trace::add);
    Environment environment = simulation.environment();
    Executor serial = environment.threads().serial("serial");
    Executor pool = environment.threads().pool("pool", 4);
    for (int i = 0; i < 200; i++) {
      int id = i;
      environment
          .scheduler()
          .after(
              simulation.randomness().nextInt(50), () -> pool.execute(() -> trace.add("p" + id)));
      serial.execute(() -> writeSomething(simulation, id));
    }
    simulation.runFor(25);
    simulation.disk().crash(Crash.POWER_LOSS);
    simulation.runFor(1000);
    trace.add(describe(simulation));
    return trace;
  }

  private static void writeSomething(Simulation simulation, int id) {
    Path path = Path.of("/f" + id % 5);
    try (DiskFile file = simulation.disk().open(path, OpenMode.CREATE)) {
      byte[] bytes = new byte[simulation.randomness().nextInt(10_000)];
      simulation.environment().randomness().nextBytes(bytes);
      file.write(ByteBuffer.wrap(bytes), file.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(Simulation simulation) {
    try {
      StringBuilder text = new StringBuilder();
      for (String name : simulation.disk().list(Path.of("/"))) {
        try (DiskFile file = simulation.disk().open(Path.of("/" + name), OpenMode.READ)) {
          ByteBuffer content = ByteBuffer.allocate((int) file.size());
          file.read(content, 0);
          text.append(name).append(' ').append(content.flip().hashCode()).append('\n');
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 0; seed < 10; seed++) {
      assertThat(randomRun(seed)).as("seed " + seed).isEqualTo(randomRun(seed));
    }
    assertThat(randomRun(1)).isNotEqualTo(randomRun(2));
  }

  @Test
  void poolsReorderTasksAsTheSeedWills() {
    Set<List<Integer>> orders = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      Simulation simulation = new Simulation(seed);
      Executor pool = simulation.threads().pool("pool", 3);
      List<Integer> order = new ArrayList<>();
      List.of(1, 2, 3).forEach(id -> pool.execute(() -> order.add(id)));
      simulation.runFor(1);
      orders.add(order);
    }
    assertThat(orders).hasSize(6);
  }

  @Test
  void timePassesOnlyInTheSimulation() {
    Simulation simulation = new Simulation(1);
    long wallMs = simulation.clock().wallMs();
    simulation.runFor(86_400_000);
    assertThat(simulation.clock().wallMs() - wallMs).isEqualTo(86_400_000);
    simulation.clock().jumpWall(-5);
    assertThat(simulation.clock().wallMs() - wallMs).isEqualTo(86_399_995);
  }

  @Test
  void whatATaskThrowsEndsTheStepAndHindersNoOther() {
    Simulation simulation = new Simulation(1);
    Executor serial = simulation.threads().serial("serial");
    List<String> ran = new ArrayList<>();
    serial.execute(
        () -> {
          throw new IllegalStateException("boom");
        });
    serial.execute(() -> ran.add("next"));
    assertThatThrownBy(simulation::step).hasMessage("boom");
    simulation.runFor(1);
    assertThat(ran).containsExactly("next");
  }

  @Test
  void aWayThatIsCutMakesAHostUnreachableInEitherDirection() {
    for (boolean there : List.of(true, false)) {
      Simulation simulation = new Simulation(1);
      simulation.network().cut(there ? "a" : "b", there ? "b" : "a");
      List<ConnectFailure> failures = new ArrayList<>();
      simulation.network().at("a").connect("b", 1, 100, dialer(failures));
      simulation.runFor(99);
      assertThat(failures).isEmpty();
      simulation.runFor(1);
      assertThat(failures).containsExactly(ConnectFailure.UNREACHABLE);
    }
  }

  private static Network.Dialer dialer(List<ConnectFailure> failures) {
    return new Network.Dialer() {
      @Override
      public Network.Receiver connected(Network.Connection connection) {
        throw new AssertionError("connected");
      }

      @Override
      public void failed(ConnectFailure failure) {
        failures.add(failure);
      }
    };
  }
}

package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.EndpointProbe.Verdict;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.InMemoryMetadataServer;
import io.myelin.metadata.InMemoryMetadataServer.Link;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.TopicImage;
import io.myelin.metadata.testing.FreezableScheduler;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ControllerNodeTest {
  private final Simulation simulation = new Simulation(1);
  private final InMemoryMetadataServer server =
      new InMemoryMetadataServer("test", simulation.clock());
  private final List<Host> hosts = new ArrayList<>();

  /** A node on a machine that can die, stand still and be cut off. */
  /** What a node has said of itself. */
  private static final class Roles implements ControllerNode.Listener {
    private final List<String> told = new ArrayList<>();

    @Override
    public void leads(ActiveController controller, String storeId, long epoch) {
      told.add("leads");
    }

    @Override
    public void follows(Optional<Active> active) {
      told.add("follows " + active.map(one -> one.candidate().id()).orElse(-1));
    }
  }

  private final class Host implements EndpointProbe {
    final Roles roles = new Roles();
    final Candidate candidate;
    final FreezableScheduler scheduler;
    final ControllerNode node;
    boolean dead;
    boolean brokenStore;

    Host(int id) {
      this(id, "host-" + id);
    }

    Host(int id, String name) {
      candidate = new Candidate(id, name + ":9095");
      Environment all = simulation.environment();
      scheduler = new FreezableScheduler(all.scheduler());
      Environment own =
          new Environment(
              all.clock(), scheduler, all.threads(), all.disk(), all.randomness(), all.network());
      node =
          new ControllerNode(
              server.election(candidate.endpoint(), own),
              candidate,
              this,
              (store, epoch) -> startController(store, own),
              roles,
              scheduler,
              own.threads());
      hosts.add(this);
      node.start();
    }

    private CompletableFuture<ActiveController> startController(
        MetadataStore store, Environment own) {
      return brokenStore
          ? CompletableFuture.failedFuture(new IOException("cannot be read"))
          : ActiveController.start(
              store,
              new ControllerSettings(candidate.id(), 1, 1, 1, false, Map.of()),
              own.threads(),
              own.randomness());
    }

    @Override
    public CompletableFuture<Verdict> dial(String endpoint) {
      boolean refused =
          hosts.stream().anyMatch(host -> host.dead && host.candidate.endpoint().equals(endpoint));
      return CompletableFuture.completedFuture(refused ? Verdict.REFUSED : Verdict.UNKNOWN);
    }

    boolean leads() {
      return node.controller().isPresent();
    }

    void link(Link link) {
      server.setLink(candidate.endpoint(), link);
    }

    /** Nothing of it runs any more, and nothing reaches it. */
    void kill() {
      dead = true;
      scheduler.freeze();
      link(Link.REQUESTS_LOST);
    }

    CompletableFuture<List<Result<TopicImage>>> create(String topic) {
      return node.controller()
          .orElseThrow()
          .createTopics(List.of(new NewTopic(topic, 1, -1, Map.of(), Map.of())), false);
    }

    long epoch() {
      return node.active().orElseThrow().epoch();
    }
  }

  private void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60_000)).isTrue();
  }

  private <T> T await(CompletableFuture<T> future) {
    await(future::isDone);
    return future.join();
  }

  private Host awaitLeader() {
    await(() -> hosts.stream().anyMatch(host -> !host.dead && host.leads()));
    return hosts.stream().filter(host -> !host.dead && host.leads()).findFirst().orElseThrow();
  }

  private Host anotherThan(Host host) {
    return hosts.stream().filter(other -> other != host).findFirst().orElseThrow();
  }

  private Host firstOfThree() {
    for (int id = 1; id <= 3; id++) {
      new Host(id);
    }
    Host leader = awaitLeader();
    BrokerRegistration broker =
        new BrokerRegistration(
            0, new UUID(0, 1), Map.of(), Optional.empty(), Optional.empty(), true, "disk");
    await(leader.node.controller().orElseThrow().register(broker));
    Active active = new Active(leader.candidate, leader.epoch());
    await(() -> hosts.stream().allMatch(host -> host.node.active().equals(Optional.of(active))));
    return leader;
  }

  private static void assertRefused(CompletableFuture<List<Result<TopicImage>>> answer) {
    assertThat(answer.join().getFirst())
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_CONTROLLER));
  }

  @Test
  void whoeverHasTheIdOfTheActiveOneIsToldSo() {
    Host first = new Host(1);
    await(first::leads);
    Host second = new Host(2);
    Host namesake = new Host(1, "elsewhere");

    Active taken = await(namesake.node.idTaken());

    assertThat(taken.candidate()).isEqualTo(first.candidate);
    assertThat(second.node.idTaken()).isNotDone();
  }

  @Test
  void whoeverComesBackAtAnotherPlaceHasTheIdAsSoonAsItsFormerLeaseHasEnded() {
    Host former = new Host(1);
    await(former::leads);
    former.kill();

    Host now = new Host(1, "elsewhere");
    await(now::leads);

    simulation.runFor(2 * ControllerNode.NAMESAKE_MS_MAX);
    assertThat(now.node.idTaken()).isNotDone();
  }

  @Test
  void oneOfThreeIsActiveAndAllKnowWhich() {
    Host leader = firstOfThree();

    simulation.runFor(10_000);

    assertThat(hosts.stream().filter(Host::leads)).containsExactly(leader);
    for (Host host : hosts) {
      String said = host == leader ? "leads" : "follows " + leader.candidate.id();
      await(() -> said.equals(host.roles.told.getLast()));
    }
    assertThat(await(leader.create("a")).getFirst()).isInstanceOf(Result.Ok.class);
  }

  @Test
  void aStandbyTakesOverAtOnceFromAProcessThatIsGoneAndHasAllThatItAnswered() {
    Host leader = firstOfThree();
    await(leader.create("a"));
    Host standby = anotherThan(leader);
    long killedNs = simulation.clock().monotonicNs();

    leader.kill();
    boolean revoked = await(standby.node.streamBroke(leader.epoch()));
    Host next = awaitLeader();

    assertThat(revoked).isTrue();
    assertThat(next.node.controller().orElseThrow().image().topics()).containsOnlyKeys("a");
    assertThat(simulation.clock().monotonicNs() - killedNs)
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
  }

  @Test
  void aBrokenStreamAloneRevokesNothing() {
    Host leader = firstOfThree();

    boolean revoked = await(anotherThan(leader).node.streamBroke(leader.epoch()));
    simulation.runFor(5_000);

    assertThat(revoked).isFalse();
    assertThat(leader.leads()).isTrue();
  }

  @Test
  void aBrokenStreamToAControllerOfBeforeRevokesNothing() {
    Host leader = firstOfThree();
    long before = leader.epoch();
    leader.kill();
    Host standby = anotherThan(leader);
    await(standby.node.streamBroke(before));
    awaitLeader();

    for (Host host : hosts) {
      assertThat(await(host.node.streamBroke(before))).isFalse();
    }
  }

  @Test
  void aControllerThatIsCutOffSaysThatItDoesNotKnowAndStandsBy() {
    Host leader = firstOfThree();
    long before = leader.epoch();

    leader.link(Link.REQUESTS_LOST);
    simulation.runFor(1_600);
    CompletableFuture<List<Result<TopicImage>>> waiting = leader.create("a");
    await(() -> !leader.leads());
    simulation.runFor(10);
    boolean answered = waiting.isDone();
    await(() -> hosts.stream().anyMatch(host -> host != leader && host.leads()));
    leader.link(Link.UP);

    assertThat(answered).isTrue();
    assertThat(waiting.join().getFirst())
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNAVAILABLE));
    Host next = awaitLeader();
    await(() -> leader.node.active().equals(Optional.of(new Active(next.candidate, next.epoch()))));
    assertThat(next.epoch()).isGreaterThan(before);
    assertThat(leader.leads()).isFalse();
  }

  @Test
  void aControllerThatStoodStillWritesNothingMore() {
    Host leader = firstOfThree();
    ActiveController stale = leader.node.controller().orElseThrow();

    leader.scheduler.freeze();
    await(() -> hosts.stream().anyMatch(host -> host != leader && host.leads()));
    CompletableFuture<List<Result<TopicImage>>> late = leader.create("late");
    await(late);
    leader.scheduler.thaw();
    await(() -> !leader.leads());

    assertRefused(late);
    assertThat(stale.createTopics(List.of(), false)).isDone();
    assertThat(awaitLeader().node.controller().orElseThrow().image().topics()).isEmpty();
  }

  @Test
  void oneThatCannotReadTheStoreLetsAnotherTry() {
    Host broken = new Host(1);
    broken.brokenStore = true;
    await(() -> broken.node.active().isPresent());

    Host other = new Host(2);

    await(other::leads);
    simulation.runFor(10_000);
    assertThat(other.leads()).isTrue();
    assertThat(broken.leads()).isFalse();
  }

  @Test
  void oneThatStopsHandsOverAtOnce() {
    Host leader = firstOfThree();
    long stoppedNs = simulation.clock().monotonicNs();

    await(leader.node.stop());
    await(() -> hosts.stream().anyMatch(host -> host != leader && host.leads()));

    assertThat(leader.leads()).isFalse();
    assertThat(simulation.clock().monotonicNs() - stoppedNs)
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
  }
}

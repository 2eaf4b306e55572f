package io.myelin.metadata.testing;

import static io.myelin.metadata.testing.MetadataStoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Scheduler;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every election does, and the stores that its leaderships open. */
public abstract class ElectionContract {
  protected static final Candidate A = new Candidate(1, "a:9095");
  protected static final Candidate B = new Candidate(2, "b:9095");

  private World world;

  /** Some processes that share a store, which is empty, and a time that passes. */
  public interface World extends AutoCloseable {

    /** The election as the process sees it. */
    Election join(String process);

    /** The process stands still: none of its timers runs. */
    void freeze(String process);

    void thaw(String process);

    /** Time of processes that do not stand still. */
    Scheduler scheduler();

    /** Lets time pass until the condition holds; fails the test after a while. */
    void await(BooleanSupplier condition);

    default <T> T await(CompletableFuture<T> future) {
      await(future::isDone);
      return future.join();
    }

    default void pass(long ms) {
      CompletableFuture<Void> passed = new CompletableFuture<>();
      scheduler().after(ms, () -> passed.complete(null));
      await(passed);
    }
  }

  protected abstract World create() throws Exception;

  /** The world of the running test. */
  protected World world() {
    return world;
  }

  @BeforeEach
  void createWorld() throws Exception {
    world = create();
  }

  @AfterEach
  void closeWorld() throws Exception {
    world.close();
  }

  private static Optional<byte[]> bytes(String text) {
    return MetadataStoreContract.bytes(text);
  }

  public static final class Seen implements Election.Observer {
    public final List<Optional<Active>> actives = new CopyOnWriteArrayList<>();

    @Override
    public void active(Optional<Active> active) {
      actives.add(active);
    }

    @Override
    public void unreachable(Throwable cause) {
      throw new AssertionError(cause);
    }

    public boolean sees(Active active) {
      return !actives.isEmpty() && actives.getLast().equals(Optional.of(active));
    }
  }

  @Test
  void makesOneCandidateActiveUntilItResigns() {
    Election b = world.join("b");
    Leadership first = world.await(world.join("a").campaign(A));
    CompletableFuture<Leadership> waiting = b.campaign(B);
    Seen seen = new Seen();
    b.observe(seen);
    world.await(() -> seen.sees(new Active(A, first.epoch())));

    assertThat(waiting).isNotDone();
    world.await(first.resign());
    Leadership second = world.await(waiting);

    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(world.await(first.lost())).contains("resigned");
    assertThat(second.lost()).isNotDone();
  }

  @Test
  void aChangeOfControllersAloneDoesNotChangeTheRevisionOfTheMetadata() {
    Leadership first = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(first.openStore());
    Outcome written = world.await(store.commit(put("key", "1")));
    world.await(first.resign());
    Leadership second = world.await(world.join("b").campaign(B));
    MetadataStore inBetween = world.await(second.openStore());
    world.await(inBetween.list());
    world.await(second.resign());
    Leadership third = world.await(world.join("c").campaign(A));
    MetadataStore later = world.await(third.openStore());

    assertThat(written).isEqualTo(new Outcome.Committed(world.await(later.list()).revision()));
  }

  @Test
  void tellsEverybodyWhoIsActiveAndWhenNobodyIs() {
    Seen early = new Seen();
    world.join("c").observe(early);
    world.await(() -> early.actives.equals(List.of(Optional.empty())));

    Leadership leadership = world.await(world.join("a").campaign(A));
    Active active = new Active(A, leadership.epoch());
    Seen late = new Seen();
    world.join("d").observe(late);
    world.await(() -> early.sees(active) && late.sees(active));
    world.await(leadership.resign());

    world.await(() -> early.actives.size() == 3 && late.actives.size() == 2);
    assertThat(early.actives)
        .containsExactly(Optional.empty(), Optional.of(active), Optional.empty());
    assertThat(late.actives).containsExactly(Optional.of(active), Optional.empty());
  }

  @Test
  void keepsALeadershipForLongerThanItsLease() {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    CompletableFuture<Leadership> waiting = world.join("b").campaign(B);

    world.pass(5_000);
    Outcome outcome = world.await(store.commit(put("a", "x")));

    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    assertThat(waiting).isNotDone();
    assertThat(leadership.lost()).isNotDone();
  }

  @Test
  void passesTheLeadershipOfAProcessThatStandsStillToAnother() {
    Leadership frozen = world.await(world.join("a").campaign(A));
    MetadataStore stale = world.await(frozen.openStore());
    world.await(stale.commit(put("a", "1")));

    world.freeze("a");
    Leadership next = world.await(world.join("b").campaign(B));
    MetadataStore store = world.await(next.openStore());
    Outcome late = world.await(stale.commit(put("a", "2")));
    world.await(store.commit(put("b", "3")));
    Outcome later = world.await(stale.commit(put("b", "4")));
    world.thaw("a");

    assertThat(late).isEqualTo(new Outcome.Deposed());
    assertThat(later).isEqualTo(new Outcome.Deposed());
    assertThat(world.await(frozen.lost())).isNotEmpty();
    MetadataStore.Listing listing = world.await(store.list());
    assertThat(MetadataStoreContract.text(listing, "a")).isEqualTo("1");
    assertThat(MetadataStoreContract.text(listing, "b")).isEqualTo("3");
  }

  @Test
  void endsALeadershipThatIsRevokedAndFencesItsStore() {
    Leadership first = world.await(world.join("a").campaign(A));
    MetadataStore stale = world.await(first.openStore());
    world.await(stale.commit(put("a", "1")));
    Election b = world.join("b");
    CompletableFuture<Leadership> waiting = b.campaign(B);

    boolean revoked = world.await(b.revoke(first.epoch()));
    Leadership second = world.await(waiting);
    boolean again = world.await(b.revoke(first.epoch()));
    Outcome late = world.await(stale.commit(put("a", "2")));

    assertThat(revoked).isTrue();
    assertThat(again).isFalse();
    assertThat(late).isEqualTo(new Outcome.Deposed());
    assertThat(world.await(first.lost())).contains("revoked");
    assertThat(second.lost()).isNotDone();
  }

  @Test
  void deposesAWriterBeforeAnybodyElseHasWon() {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    world.await(store.commit(put("a", "1")));

    world.await(leadership.resign());
    Outcome blind = world.await(store.commit(put("a", "2")));
    Outcome compared =
        world.await(store.commit(new Transaction(Map.of("a", 0L), Map.of("a", bytes("3")))));

    assertThat(blind).isEqualTo(new Outcome.Deposed());
    assertThat(compared).isEqualTo(new Outcome.Deposed());
  }

  @Test
  void deposesEveryTransactionThatWaitsBehindTheFirst() {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    world.await(leadership.resign());

    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      outcomes.add(store.commit(put("key-" + i, "x")));
    }

    assertThat(outcomes).allMatch(outcome -> world.await(outcome) instanceof Outcome.Deposed);
  }

  @Test
  void revokesACandidatesOwnPastAtOnce() {
    Leadership past = world.await(world.join("a").campaign(A));
    world.freeze("a");

    Election restarted = world.join("a-again");
    Leadership now = world.await(restarted.campaign(A));
    world.thaw("a");

    assertThat(now.epoch()).isGreaterThan(past.epoch());
    assertThat(world.await(past.lost())).isNotEmpty();
  }

  @Test
  void hasOneIdWhoeverOpensTheStore() {
    Leadership first = world.await(world.join("a").campaign(A));
    MetadataStore before = world.await(first.openStore());
    world.await(first.resign());
    MetadataStore after = world.await(world.await(world.join("b").campaign(B)).openStore());

    assertThat(before.storeId()).isNotEmpty().isEqualTo(after.storeId());
  }

  @Test
  void failsACampaignWhenItIsClosed() {
    world.await(world.join("a").campaign(A));
    Election b = world.join("b");
    CompletableFuture<Leadership> waiting = b.campaign(B);

    b.close();

    world.await(waiting::isDone);
    assertThat(waiting).isCompletedExceptionally();
  }
}

package io.myelin.metadata;

import static io.myelin.metadata.testing.MetadataStoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.InMemoryMetadataServer.Link;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.testing.ElectionContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryElectionTest extends ElectionContract {
  private InMemoryWorld memory;

  @Override
  protected World create() {
    memory = new InMemoryWorld(1);
    return memory;
  }

  @Test
  void aHolderThatIsCutOffGivesUpBeforeAnybodyElseCanWin() {
    Leadership first = memory.await(memory.join("a").campaign(A));
    CompletableFuture<Leadership> second = memory.join("b").campaign(B);

    memory.server().setLink("a", Link.REQUESTS_LOST);
    String reason = memory.await(first.lost());

    assertThat(reason).contains("2000 ms").contains("No answer from the metadata server to a");
    assertThat(second).isNotDone();
    assertThat(memory.await(second).epoch()).isGreaterThan(first.epoch());
  }

  @Test
  void aHolderWhoseRefreshesFailOnceInAWhileKeepsItsLeadership() {
    Leadership leadership = memory.await(memory.join("a").campaign(A));

    for (int i = 0; i < 10; i++) {
      memory.server().setLink("a", Link.REQUESTS_LOST);
      memory.pass(400);
      memory.server().setLink("a", Link.UP);
      memory.pass(900);
    }

    assertThat(leadership.lost()).isNotDone();
  }

  @Test
  void aWriteWhoseAnswerIsLostHasHappenedAndFails() {
    Leadership leadership = memory.await(memory.join("a").campaign(A));
    MetadataStore store = memory.await(leadership.openStore());

    memory.server().setLink("a", Link.ANSWERS_LOST);
    CompletableFuture<Outcome> unknown = store.commit(put("a", "1"));
    memory.await(unknown::isDone);
    memory.server().setLink("a", Link.UP);

    assertThatThrownBy(unknown::join).hasMessageContaining("No answer");
    assertThat(memory.await(store.list()).entries()).containsKey("a");
  }

  @Test
  void saysOnceThatTheServerCannotBeReachedAndGoesOnCampaigning() {
    List<String> failures = new ArrayList<>();
    memory.server().setLink("a", Link.REQUESTS_LOST);
    Election election = memory.join("a");
    election.observe(
        new Election.Observer() {
          @Override
          public void active(Optional<Election.Active> active) {}

          @Override
          public void unreachable(Throwable cause) {
            failures.add(cause.getMessage());
          }
        });
    CompletableFuture<Leadership> campaign = election.campaign(A);

    memory.pass(10_000);
    boolean early = campaign.isDone();
    memory.server().setLink("a", Link.UP);
    memory.await(campaign);

    assertThat(early).isFalse();
    assertThat(failures).singleElement().asString().contains("600 ms");
  }

  @Test
  void tellsAgainWhoIsActiveWhenItCanBeFoundOutAgain() {
    memory.await(memory.join("a").campaign(A));
    List<String> told = new ArrayList<>();
    memory
        .join("b")
        .observe(
            new Election.Observer() {
              @Override
              public void active(Optional<Election.Active> active) {
                told.add(active.isPresent() ? "active" : "nobody");
              }

              @Override
              public void unreachable(Throwable cause) {
                told.add("unreachable");
              }
            });
    memory.pass(1_000);
    memory.server().setLink("b", Link.REQUESTS_LOST);
    memory.pass(10_000);
    memory.server().setLink("b", Link.UP);
    memory.pass(1_000);

    assertThat(told).containsExactly("active", "unreachable", "active");
  }

  @Test
  void winsAnewAfterAnAcquisitionWhoseAnswerWasLost() {
    Election election = memory.join("a");
    CompletableFuture<Leadership> campaign = election.campaign(A);
    memory.server().setLink("a", Link.ANSWERS_LOST);
    memory.pass(1_000);
    memory.server().setLink("a", Link.UP);

    Leadership leadership = memory.await(campaign);

    MetadataStore store = memory.await(leadership.openStore());
    assertThat(memory.await(store.commit(put("a", "1")))).isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void theSameSeedElectsTheSameAtTheSameTime() {
    assertThat(electAmongThree(7)).isEqualTo(electAmongThree(7));
  }

  private static String electAmongThree(long seed) {
    InMemoryWorld world = new InMemoryWorld(seed);
    CompletableFuture<String> winner = new CompletableFuture<>();
    for (String process : List.of("a", "b", "c")) {
      world
          .join(process)
          .campaign(new Election.Candidate(process.charAt(0), process))
          .thenAccept(won -> winner.complete(process + " in epoch " + won.epoch()));
    }
    return world.await(winner)
        + " at "
        + TimeUnit.NANOSECONDS.toMicros(world.simulation().clock().monotonicNs());
  }
}

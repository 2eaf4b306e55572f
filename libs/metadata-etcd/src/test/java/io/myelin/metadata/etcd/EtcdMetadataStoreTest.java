package io.myelin.metadata.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.Election;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.etcd.FencedTransaction.Answer;
import io.myelin.metadata.etcd.testing.EtcdCluster;
import io.myelin.metadata.testing.RememberingStoreContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EtcdMetadataStoreTest extends RememberingStoreContract {
  private static EtcdCluster etcd;

  private EtcdWorld world;
  private Client client;
  private Leadership leadership;

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = EtcdCluster.start(1);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @BeforeEach
  void join() {
    world = new EtcdWorld(etcd.endpoints());
    client = Client.builder().endpoints(etcd.endpoints()).build();
    leadership = world.await(world.join("a").campaign(new Election.Candidate(1, "a:9095")));
  }

  @AfterEach
  void leave() {
    client.close();
    world.close();
  }

  @Override
  protected MetadataStore create() {
    return world.await(leadership.openStore());
  }

  private void fill(MetadataStore store, int entries) {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int from = 0; from < entries; from += store.operationsMax()) {
      Map<String, Optional<byte[]>> puts = new HashMap<>();
      for (int i = from; i < Math.min(entries, from + store.operationsMax()); i++) {
        puts.put("key-%06d".formatted(i), bytes("value of " + i));
      }
      outcomes.add(store.commit(new Transaction(Map.of(), puts)));
    }
    assertThat(outcomes).allMatch(outcome -> outcome.join() instanceof Outcome.Committed);
  }

  @Test
  void listsAHundredThousandEntriesInKeyOrder() {
    MetadataStore store = create();
    fill(store, 100_500);

    Listing listing = store.list().join();

    assertThat(listing.entries()).hasSize(100_500);
    assertThat(List.copyOf(listing.entries().keySet())).isSorted();
    assertThat(text(listing, "key-100499")).isEqualTo("value of 100499");
  }

  @Test
  void listsOneRevisionWhateverIsWrittenMeanwhile() {
    MetadataStore store = create();
    fill(store, 3_000);

    Listing listing =
        listing(
            revision -> {
              store.commit(put("key-002999", "later")).join();
              store.commit(put("key-new", "later")).join();
            });

    assertThat(listing.entries()).hasSize(3_000);
    assertThat(text(listing, "key-002999")).isEqualTo("value of 2999");
  }

  @Test
  void beginsTheListingAgainWhenItsRevisionIsCompactedAway() {
    MetadataStore store = create();
    fill(store, 3_000);
    List<Long> revisions = new ArrayList<>();

    Listing listing =
        listing(
            revision -> {
              if (revisions.isEmpty()) {
                long later = committed(store.commit(put("key-002999", "later")).join());
                client.getKVClient().compact(later).join();
              }
              revisions.add(revision);
            });

    assertThat(listing.entries()).hasSize(3_000);
    assertThat(text(listing, "key-002999")).isEqualTo("later");
    assertThat(revisions.getLast()).isGreaterThan(revisions.getFirst());
    assertThat(listing.revision()).isEqualTo(revisions.getLast());
  }

  @Test
  void tellsWhatChangedInThousandsOfRevisions() {
    MetadataStore store = create();
    long first = committed(store.commit(put("a", "0")).join());
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 1; i <= 2_500; i++) {
      outcomes.add(store.commit(put("a", Integer.toString(i))));
    }
    long last = committed(outcomes.getLast().join());

    List<MetadataStore.Change> told = store.changes(first, last).join().orElseThrow();

    assertThat(told)
        .extracting(change -> new String(change.puts().get("a").orElseThrow(), UTF_8))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 2_500).mapToObj(i -> "" + i).toList());
  }

  @Test
  void remembersNothingThatEtcdHasCompacted() {
    MetadataStore store = create();
    long first = committed(store.commit(put("a", "1")).join());
    long second = committed(store.commit(put("a", "2")).join());
    long third = committed(store.commit(put("a", "3")).join());

    client.getKVClient().compact(second).join();

    assertThat(store.changes(first, third).join()).isEmpty();
    assertThat(store.changes(second, third).join().orElseThrow()).hasSize(1);
  }

  @Test
  void tellsTheNextControllerWhatTheLastOneChanged() {
    MetadataStore former = create();
    long known = committed(former.commit(put("a", "1")).join());
    committed(former.commit(put("a", "2")).join());
    world.await(leadership.resign());
    Leadership next = world.await(world.join("b").campaign(new Election.Candidate(2, "b:9095")));

    MetadataStore store = world.await(next.openStore());
    long listed = store.list().join().revision();

    assertThat(store.changes(known, listed).join().orElseThrow())
        .extracting(MetadataStore.Change::revision)
        .containsExactly(listed);
  }

  /** On a connection of its own, so that the interference may wait for the store. */
  private Listing listing(java.util.function.LongConsumer afterPage) {
    Environment environment = JdkEnvironment.create();
    try (EtcdConnection connection = new EtcdConnection(world.settings(), environment)) {
      CompletableFuture<CompletableFuture<Listing>> started = new CompletableFuture<>();
      connection
          .executor()
          .execute(
              () -> started.complete(new EtcdListing(connection, world.keys(), afterPage).read()));
      return started.thenCompose(listing -> listing).join();
    } finally {
      environment.close();
    }
  }

  private static long committed(Outcome outcome) {
    return ((Outcome.Committed) outcome).revision();
  }

  @Test
  void aTransactionThatIsSentAgainTakesEffectOnce() {
    MetadataStore store = create();
    long before = committed(store.commit(put("a", "0")).join());
    FencedTransaction transaction = transaction(before, "x", put("a", "1"));

    Answer first = transaction.send(client.getKVClient()).join();
    Answer again = transaction.send(client.getKVClient()).join();

    assertThat(first).isInstanceOf(Answer.Committed.class).isEqualTo(again);
  }

  @Test
  void anAttemptThatArrivesLateHasNoEffect() {
    MetadataStore store = create();
    long before = committed(store.commit(put("a", "0")).join());
    FencedTransaction late = transaction(before, "late", put("a", "1"));
    store.commit(put("a", "2")).join();

    Answer answer = late.send(client.getKVClient()).join();

    assertThat(answer).isInstanceOf(Answer.Overtaken.class);
    assertThat(text(store.list().join(), "a")).isEqualTo("2");
  }

  @Test
  void failsTheWriteAndGoesOnWhenSomethingElseWrote() {
    MetadataStore store = create();
    List<CompletableFuture<Outcome>> both = new ArrayList<>();
    // In one turn of the store's thread, or the first could have failed before there is a second.
    store
        .commit(put("a", "0"))
        .thenAccept(
            before -> {
              transaction(committed(before), "other", put("a", "1"))
                  .send(client.getKVClient())
                  .join();
              both.add(store.commit(put("a", "2")));
              both.add(store.commit(put("b", "2")));
            })
        .join();
    CompletableFuture<Outcome> surprised = both.getFirst();
    CompletableFuture<Outcome> behind = both.getLast();
    world.await(() -> surprised.isDone() && behind.isDone());

    assertThat(surprised)
        .failsWithin(java.time.Duration.ofSeconds(1))
        .withThrowableThat()
        .withMessageContaining("something else wrote (other)");
    assertThat(behind).isCompletedExceptionally();
    assertThat(store.commit(put("c", "3")).join()).isInstanceOf(Outcome.Committed.class);
    assertThat(store.list().join().entries()).containsOnlyKeys("a", "c");
  }

  private FencedTransaction transaction(long previous, String token, Transaction content) {
    return new FencedTransaction(world.keys(), leadership.epoch(), previous, token, content);
  }

  @Test
  void listsMoreBytesThanOneAnswerMayHave() {
    MetadataStore store = create();
    Optional<byte[]> value = Optional.of(new byte[MetadataStore.RECORD_BYTES_MAX]);
    for (int i = 0; i < 66; i++) {
      store.commit(new Transaction(Map.of(), Map.of("key-" + i, value))).join();
    }

    assertThat(store.list().join().entries()).hasSize(66);
  }

  @Test
  void saysWhatEtcdRefuses() {
    ByteSequence tooLarge = ByteSequence.from(new byte[(3 << 19) + 1]);
    Environment environment = JdkEnvironment.create();
    try (EtcdConnection connection = new EtcdConnection(world.settings(), environment)) {
      CompletableFuture<?> refused =
          connection.call(
              "write",
              EtcdConnection.CALL_MS_MAX,
              used -> used.getKVClient().put(world.keys().entry("a"), tooLarge));
      world.await(refused::isDone);

      assertThat(refused)
          .failsWithin(java.time.Duration.ofSeconds(1))
          .withThrowableThat()
          .withMessageContaining(etcd.endpoints().getFirst().toString())
          .withMessageContaining("request is too large");
    } finally {
      environment.close();
    }
  }
}

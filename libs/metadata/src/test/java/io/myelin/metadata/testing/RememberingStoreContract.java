package io.myelin.metadata.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a store does whose controllers come one after the other. */
public abstract class RememberingStoreContract extends MetadataStoreContract {

  private static long committed(MetadataStore store, Transaction transaction) {
    return ((Outcome.Committed) store.commit(transaction).join()).revision();
  }

  private static Transaction delete(String key) {
    return new Transaction(Map.of(), Map.of(key, Optional.empty()));
  }

  private static List<Long> revisions(List<Change> changes) {
    return changes.stream().map(Change::revision).toList();
  }

  /** Of each key what it was changed to in the end; null: deleted. */
  private static Map<String, String> outcome(List<Change> changes) {
    Map<String, String> last = new TreeMap<>();
    for (Change change : changes) {
      change
          .puts()
          .forEach(
              (key, value) ->
                  last.put(
                      key,
                      value.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse(null)));
    }
    return last;
  }

  @Test
  void tellsEveryTransactionAfterARevision() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));
    long second = committed(store, put("a", "2"));
    long third = committed(store, put("b", "1"));

    List<Change> told = store.changes(first, third).join().orElseThrow();

    assertThat(revisions(told)).containsExactly(second, third);
    assertThat(outcome(told)).containsExactly(Map.entry("a", "2"), Map.entry("b", "1"));
  }

  @Test
  void tellsWhatWasDeleted() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));
    committed(store, put("b", "1"));
    committed(store, delete("a"));
    committed(store, delete("b"));
    long last = committed(store, put("b", "2"));

    List<Change> told = store.changes(first, last).join().orElseThrow();

    assertThat(told).hasSize(4);
    assertThat(outcome(told)).containsEntry("a", null).containsEntry("b", "2").hasSize(2);
  }

  @Test
  void leavesOutWhatWasCommittedLater() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));
    long second = committed(store, put("a", "2"));
    committed(store, put("a", "3"));

    List<Change> told = store.changes(first, second).join().orElseThrow();

    assertThat(outcome(told)).containsExactly(Map.entry("a", "2"));
  }

  @Test
  void tellsNothingSinceARevisionThatIsNotOneOfItsTransactions() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));

    // Directly before it a store may have written to itself.
    assertThat(store.changes(first - 2, first).join()).isEmpty();
  }

  @Test
  void tellsNothingWhereSoMuchChangedThatEverythingIsBetter() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));
    List<CompletableFuture<Outcome>> more = new ArrayList<>();
    for (int records = 0;
        records <= MetadataStore.CHANGES_RECORDS_MAX;
        records += store.operationsMax()) {
      Map<String, Optional<byte[]>> puts = new HashMap<>();
      for (int i = 0; i < store.operationsMax(); i++) {
        puts.put("key-" + i, bytes("x"));
      }
      more.add(store.commit(new Transaction(Map.of(), puts)));
    }
    long last = ((Outcome.Committed) more.getLast().join()).revision();
    long recent = ((Outcome.Committed) more.get(more.size() - 3).join()).revision();

    assertThat(store.changes(first, last).join()).isEmpty();
    assertThat(store.changes(recent, last).join().orElseThrow())
        .extracting(change -> change.puts().size())
        .containsExactly(store.operationsMax(), store.operationsMax());
  }

  @Test
  void tellsNothingAfterItWasClosed() throws Exception {
    MetadataStore store = create();
    long first = committed(store, put("a", "1"));
    long second = committed(store, put("a", "2"));

    store.close();

    assertThat(store.changes(first, second)).isCompletedExceptionally();
  }
}

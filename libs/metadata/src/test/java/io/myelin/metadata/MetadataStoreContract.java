package io.myelin.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class MetadataStoreContract {

  /** A new, empty store. */
  abstract MetadataStore create() throws Exception;

  static Optional<byte[]> bytes(String text) {
    return Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Transaction put(String key, String value) {
    return new Transaction(Map.of(), Map.of(key, bytes(value)));
  }

  static String text(MetadataStore.Listing listing, String key) {
    return new String(listing.entries().get(key).value(), StandardCharsets.UTF_8);
  }

  private static long revision(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    return ((Outcome.Committed) outcome).revision();
  }

  @Test
  void startsEmptyWithAnId() throws Exception {
    MetadataStore store = create();

    assertThat(store.list().join().entries()).isEmpty();
    assertThat(store.storeId()).isNotEmpty();
  }

  @Test
  void listsWhatWasCommittedInKeyOrderWithItsRevision() throws Exception {
    MetadataStore store = create();

    long first = revision(store.commit(put("b", "1")).join());
    long second = revision(store.commit(put("a", "2")).join());

    MetadataStore.Listing listing = store.list().join();
    assertThat(second).isGreaterThan(first);
    assertThat(listing.revision()).isEqualTo(second);
    assertThat(listing.entries().keySet()).containsExactly("a", "b");
    assertThat(listing.entries().get("b").modRevision()).isEqualTo(first);
    assertThat(text(listing, "a")).isEqualTo("2");
  }

  @Test
  void appliesATransactionOnlyIfEveryComparisonHolds() throws Exception {
    MetadataStore store = create();
    long revision = revision(store.commit(put("a", "1")).join());

    Outcome refused =
        store
            .commit(new Transaction(Map.of("a", revision + 7, "b", 0L), Map.of("b", bytes("2"))))
            .join();
    Outcome accepted =
        store
            .commit(
                new Transaction(
                    Map.of("a", revision, "b", 0L), Map.of("a", Optional.empty(), "b", bytes("3"))))
            .join();

    assertThat(refused).isEqualTo(new Outcome.Conflict(List.of("a")));
    assertThat(accepted).isInstanceOf(Outcome.Committed.class);
    assertThat(store.list().join().entries()).containsOnlyKeys("b");
  }

  @Test
  void treatsADeletedKeyAsOneThatNeverWas() throws Exception {
    MetadataStore store = create();
    store.commit(put("a", "1")).join();
    store.commit(new Transaction(Map.of(), Map.of("a", Optional.empty()))).join();

    assertThat(store.commit(new Transaction(Map.of("a", 0L), Map.of("a", bytes("2")))).join())
        .isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void appliesTransactionsInTheOrderOfTheCalls() throws Exception {
    MetadataStore store = create();

    var last = store.commit(put("a", "0"));
    for (int i = 1; i < 100; i++) {
      last = store.commit(put("a", Integer.toString(i)));
    }
    last.join();

    assertThat(text(store.list().join(), "a")).isEqualTo("99");
  }

  @Test
  void refusesTransactionsThatSomeStoreCouldNotTake() throws Exception {
    MetadataStore store = create();
    Map<String, Optional<byte[]>> puts = new HashMap<>();
    for (int i = 0; i <= store.operationsMax(); i++) {
      puts.put("key-" + i, bytes("x"));
    }

    assertThatThrownBy(() -> store.commit(new Transaction(Map.of(), puts)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("129");
  }

  @Test
  void failsEveryCallAfterItWasClosed() throws Exception {
    MetadataStore store = create();

    store.close();

    assertThat(store.list()).isCompletedExceptionally();
    assertThat(store.commit(put("a", "1"))).isCompletedExceptionally();
  }
}

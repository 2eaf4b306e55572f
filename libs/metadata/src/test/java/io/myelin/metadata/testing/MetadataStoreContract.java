package io.myelin.metadata.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store does. */
public abstract class MetadataStoreContract {

  /** A new, empty store. */
  protected abstract MetadataStore create() throws Exception;

  public static Optional<byte[]> bytes(String text) {
    return Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Transaction put(String key, String value) {
    return new Transaction(Map.of(), Map.of(key, bytes(value)));
  }

  public static String text(MetadataStore.Listing listing, String key) {
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
    assertThat(listing.revision()).isGreaterThanOrEqualTo(second);
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
        .hasMessageContaining("not 0 and " + (store.operationsMax() + 1));
  }

  @Test
  void takesTheLargestTransactionAndNamesEveryConflictOfIt() throws Exception {
    MetadataStore store = create();
    Map<String, Long> compares = new HashMap<>();
    Map<String, Optional<byte[]>> puts = new HashMap<>();
    for (int i = 0; i < store.operationsMax(); i++) {
      compares.put("key-" + i, 0L);
      puts.put("key-" + i, bytes("x"));
    }
    Transaction largest = new Transaction(compares, puts);

    Outcome first = store.commit(largest).join();
    Outcome again = store.commit(largest).join();

    assertThat(first).isInstanceOf(Outcome.Committed.class);
    assertThat(((Outcome.Conflict) again).keys()).hasSize(store.operationsMax()).isSorted();
    assertThat(store.list().join().entries()).hasSize(store.operationsMax());
  }

  @Test
  void refusesTransactionsOfMoreBytesThanSomeStoreCouldTake() throws Exception {
    MetadataStore store = create();
    Optional<byte[]> value = Optional.of(new byte[MetadataStore.RECORD_BYTES_MAX]);

    assertThatThrownBy(
            () -> store.commit(new Transaction(Map.of(), Map.of("a", value, "b", value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not " + (2 * MetadataStore.RECORD_BYTES_MAX + 2));
  }

  @Test
  void takesAsManyBytesInAsManyOperationsAsATransactionMayHave() throws Exception {
    MetadataStore store = create();
    Map<String, Long> compares = new HashMap<>();
    Map<String, Optional<byte[]>> puts = new HashMap<>();
    String longest = "configs/topic/" + "x".repeat(245);
    for (int i = 0; i < store.operationsMax(); i++) {
      compares.put(longest + i, 0L);
      puts.put(longest + i, Optional.of(new byte[0]));
    }
    Transaction largest = new Transaction(compares, puts);
    byte[] rest = new byte[(int) (MetadataStore.TRANSACTION_BYTES_MAX - largest.bytes())];
    puts.put(longest + 0, Optional.of(rest));

    assertThat(largest.bytes()).isEqualTo(MetadataStore.TRANSACTION_BYTES_MAX);
    assertThat(store.commit(largest).join()).isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void listsSeveralOfTheLargestRecords() throws Exception {
    MetadataStore store = create();
    Optional<byte[]> value = Optional.of(new byte[MetadataStore.RECORD_BYTES_MAX]);
    for (int i = 0; i < 5; i++) {
      store.commit(new Transaction(Map.of(), Map.of("key-" + i, value))).join();
    }

    Map<String, MetadataStore.Versioned> entries = store.list().join().entries();
    assertThat(entries).hasSize(5);
    assertThat(entries.values())
        .allMatch(entry -> entry.value().length == MetadataStore.RECORD_BYTES_MAX);
  }

  @Test
  void listsWhatWasCommittedBeforeTheCall() throws Exception {
    MetadataStore store = create();

    for (int i = 0; i < 20; i++) {
      store.commit(put("key-" + i, "x"));
    }

    assertThat(store.list().join().entries()).hasSize(20);
  }

  @Test
  void keepsValuesOfAnyBytesAndKeysOfAnyLetters() throws Exception {
    MetadataStore store = create();
    byte[] value = new byte[256];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) i;
    }

    store.commit(new Transaction(Map.of(), Map.of("configs/topic/ü €", Optional.of(value)))).join();
    store.commit(put("configs/topic/", "")).join();

    Map<String, MetadataStore.Versioned> entries = store.list().join().entries();
    assertThat(entries.get("configs/topic/ü €").value()).isEqualTo(value);
    assertThat(entries.get("configs/topic/").value()).isEmpty();
  }

  @Test
  void failsEveryCallAfterItWasClosed() throws Exception {
    MetadataStore store = create();

    store.close();

    assertThat(store.list()).isCompletedExceptionally();
    assertThat(store.commit(put("a", "1"))).isCompletedExceptionally();
  }
}

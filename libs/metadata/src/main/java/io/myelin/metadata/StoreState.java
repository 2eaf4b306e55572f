package io.myelin.metadata;

import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.MetadataStore.Versioned;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;

/** The entries of a store at one revision. Immutable; shares what stays the same. */
record StoreState(long revision, TreePMap<String, Versioned> entries) {
  static final StoreState EMPTY = new StoreState(0, TreePMap.empty());

  /** Keys whose comparison does not hold; empty: the transaction may be applied. */
  List<String> conflicts(Transaction transaction) {
    return transaction.compares().entrySet().stream()
        .filter(compare -> modRevision(compare.getKey()) != compare.getValue())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  StoreState apply(Transaction transaction) {
    long next = revision + 1;
    TreePMap<String, Versioned> changed = entries;
    for (Map.Entry<String, Optional<byte[]>> put : transaction.puts().entrySet()) {
      changed =
          put.getValue().isPresent()
              ? changed.plus(put.getKey(), new Versioned(put.getValue().get(), next))
              : changed.minus(put.getKey());
    }
    return new StoreState(next, changed);
  }

  /** The same entries at the next revision. */
  StoreState advance() {
    return new StoreState(revision + 1, entries);
  }

  Listing listing() {
    return new Listing(revision, entries);
  }

  static Outcome conflict(List<String> keys) {
    return new Outcome.Conflict(keys);
  }

  private long modRevision(String key) {
    Versioned entry = entries.get(key);
    return entry == null ? 0 : entry.modRevision();
  }
}

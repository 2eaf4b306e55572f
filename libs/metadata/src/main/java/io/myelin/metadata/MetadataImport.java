package io.myelin.metadata;

import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes a cluster's records into a store that has none yet.
 *
 * <p>Guarantee: the cluster's own record comes last, so that a store has a whole cluster or none; a
 * store that has one is refused. Thread-safe, never blocks.
 *
 * <p>Crash rule: an import that was cut off is begun anew.
 */
public final class MetadataImport {
  private final Map<String, byte[]> entries;

  /**
   * @param entries values by key; one of them the cluster's
   * @throws MetadataFormatException if there is no cluster in them
   */
  public MetadataImport(Map<String, byte[]> entries) {
    if (!entries.containsKey(MetadataKeys.CLUSTER)) {
      throw new MetadataFormatException("The records name no cluster", null);
    }
    this.entries = Map.copyOf(entries);
  }

  /**
   * Wins the election, writes, and resigns. While a controller is active it does not begin.
   * Completes with the number of records; fails with {@link MetadataFormatException} if the store
   * has a cluster.
   */
  public CompletableFuture<Integer> into(Election election) {
    return election
        .campaign(new Candidate(-1, "import"))
        .thenCompose(
            leadership ->
                leadership
                    .openStore()
                    .thenCompose(this::write)
                    .handle(
                        (written, failure) ->
                            leadership
                                .resign()
                                .thenCompose(
                                    resigned ->
                                        failure == null
                                            ? CompletableFuture.completedFuture(written)
                                            : CompletableFuture.<Integer>failedFuture(failure)))
                    .thenCompose(result -> result));
  }

  private CompletableFuture<Integer> write(MetadataStore store) {
    return store
        .list()
        .thenCompose(listing -> writeAll(store, listing))
        .whenComplete((written, failure) -> store.close());
  }

  private CompletableFuture<Integer> writeAll(MetadataStore store, Listing present) {
    if (present.entries().containsKey(MetadataKeys.CLUSTER)) {
      return CompletableFuture.failedFuture(
          new MetadataFormatException(
              "The store holds a cluster already; import into one that is empty", null));
    }
    Map<String, Optional<byte[]>> puts = new LinkedHashMap<>();
    present.entries().keySet().forEach(leftover -> puts.put(leftover, Optional.empty()));
    entries.forEach((key, value) -> puts.put(key, Optional.of(value)));
    puts.remove(MetadataKeys.CLUSTER);
    List<Transaction> transactions = Transaction.split(puts, store.operationsMax());
    transactions.add(
        new Transaction(
            Map.of(MetadataKeys.CLUSTER, 0L),
            Map.of(MetadataKeys.CLUSTER, Optional.of(entries.get(MetadataKeys.CLUSTER)))));
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (Transaction transaction : transactions) {
      done =
          done.thenCompose(before -> store.commit(transaction)).thenAccept(MetadataImport::check);
    }
    return done.thenApply(written -> entries.size());
  }

  private static void check(Outcome outcome) {
    switch (outcome) {
      case Outcome.Committed committed -> {}
      case Outcome.Conflict conflict ->
          throw new MetadataFormatException(
              "Somebody else has written to the store meanwhile: " + conflict.keys(), null);
      case Outcome.Deposed deposed ->
          throw new MetadataFormatException(
              "A controller became active meanwhile; stop the controllers and begin anew", null);
    }
  }
}

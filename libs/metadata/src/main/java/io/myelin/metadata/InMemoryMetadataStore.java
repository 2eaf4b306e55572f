package io.myelin.metadata;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps everything in memory; answers before the call returns. Nothing outlives the process, so
 * "durable" here means until {@link #close}.
 */
public final class InMemoryMetadataStore implements MetadataStore {
  private final String storeId;
  private final RecentChanges recent = new RecentChanges();
  private StoreState state = StoreState.EMPTY;
  private boolean closed;

  public InMemoryMetadataStore(String storeId) {
    this.storeId = storeId;
  }

  @Override
  public synchronized CompletableFuture<Listing> list() {
    return closed
        ? CompletableFuture.failedFuture(new StoreClosedException())
        : CompletableFuture.completedFuture(state.listing());
  }

  @Override
  public synchronized CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return closed
        ? CompletableFuture.failedFuture(new StoreClosedException())
        : CompletableFuture.completedFuture(recent.between(after, upTo));
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    transaction.checkSize(operationsMax());
    Outcome outcome;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new StoreClosedException());
      }
      List<String> conflicts = state.conflicts(transaction);
      if (conflicts.isEmpty()) {
        state = state.apply(transaction);
        recent.add(new Change(state.revision(), transaction.puts()));
        outcome = new Outcome.Committed(state.revision());
      } else {
        outcome = StoreState.conflict(conflicts);
      }
    }
    return CompletableFuture.completedFuture(outcome);
  }

  @Override
  public String storeId() {
    return storeId;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}

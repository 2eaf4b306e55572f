package io.myelin.controller.session;

import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.wire.ImageEntries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * What former controllers changed, for the workers that have not got all of it: so that a takeover
 * does not send everything to everybody. The store is asked when the first worker comes that needs
 * it, no further back than that one needs, and what it tells serves all others.
 *
 * <p>Guarantee: a difference has every change between its two revisions, or there is none. Confined
 * to the sessions' executor, on which futures complete.
 */
final class FormerChanges {
  private static final Logger log = Logger.getLogger(FormerChanges.class);

  private final StoreHistory store;
  private final long until;
  private final Executor executor;
  private final Differences differences = new Differences();
  private final TreeMap<Long, Change> known = new TreeMap<>();
  private final TreeMap<Long, List<CompletableFuture<Optional<Delta>>>> waiting = new TreeMap<>();

  /** {@link #known} is complete from here on, this revision excluded. */
  private long knownAfter;

  private int records;
  private boolean asking;

  /**
   * @param until revision of the first image of the present controller
   */
  FormerChanges(StoreHistory store, long until, Executor executor) {
    this.store = store;
    this.until = until;
    this.knownAfter = until;
    this.executor = executor;
  }

  /**
   * The difference from {@code revision} to the present controller's first image. Empty: it was too
   * long ago, or that much that a snapshot is better.
   */
  CompletableFuture<Optional<Delta>> since(long revision) {
    CompletableFuture<Optional<Delta>> future = new CompletableFuture<>();
    waiting.computeIfAbsent(revision, at -> new ArrayList<>()).add(future);
    serve();
    return future;
  }

  /** The latest first: the store is asked for no more than what the next worker needs. */
  private void serve() {
    while (!asking && !waiting.isEmpty()) {
      long revision = waiting.lastKey();
      if (revision >= knownAfter || records > MetadataStore.CHANGES_RECORDS_MAX) {
        answer(revision);
      } else {
        ask(revision);
      }
    }
  }

  private void answer(long revision) {
    boolean complete = revision == knownAfter || known.containsKey(revision);
    Optional<Delta> delta =
        complete
            ? differences.between(revision, until, () -> ImageEntries.of(changedAfter(revision)))
            : Optional.empty();
    waiting.remove(revision).forEach(future -> future.complete(delta));
  }

  private Map<String, Optional<byte[]>> changedAfter(long revision) {
    Map<String, Optional<byte[]>> last = new LinkedHashMap<>();
    known.tailMap(revision, false).values().forEach(change -> last.putAll(change.puts()));
    last.remove(MetadataKeys.PRODUCER_IDS); // not in images
    return last;
  }

  private void ask(long revision) {
    asking = true;
    store
        .changes(revision, knownAfter)
        .whenCompleteAsync(
            (changes, failure) -> {
              asking = false;
              if (failure != null) {
                log.warnf(
                    "What changed after revision %d cannot be read, so that brokers get everything:"
                        + " %s",
                    revision, failure.getMessage());
              }
              if (failure == null && changes.isPresent()) {
                changes.get().forEach(this::add);
                knownAfter = revision;
                answer(revision);
              } else {
                waiting.remove(revision).forEach(future -> future.complete(Optional.empty()));
              }
              serve();
            },
            executor);
  }

  private void add(Change change) {
    known.put(change.revision(), change);
    records += change.puts().size();
  }
}

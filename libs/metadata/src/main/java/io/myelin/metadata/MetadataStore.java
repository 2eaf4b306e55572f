package io.myelin.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Revisioned keys with compare-and-set: where the controller keeps the cluster's metadata.
 * Thread-safe, never blocks the caller.
 *
 * <p>Guarantee: a committed transaction is durable and happened entirely, at one revision that is
 * larger than all before. A failed future leaves the outcome unknown: read back.
 *
 * <p>A store that came from a {@link Leadership} is fenced by it: from the moment that the
 * leadership has ended, no transaction of the store takes effect any more, those under way
 * included.
 */
public interface MetadataStore extends AutoCloseable {

  /**
   * 30,000 records, some 4 MiB: beyond that, whoever lacks so much is better off with everything.
   */
  int CHANGES_RECORDS_MAX = 30_000;

  /** Everything, at one revision: what was committed by calls before this one is in it. */
  CompletableFuture<Listing> list();

  /**
   * What was committed after one revision, up to and including a later one, in order; both are
   * revisions of transactions of this store. Complete, or empty: the store does not remember so far
   * back, nothing was committed at {@code after}, or more than {@link #CHANGES_RECORDS_MAX} records
   * changed. A store that only one process ever opens remembers nothing: its brokers have no other
   * controller to come from.
   */
  default CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * Applies all of the transaction if every comparison holds, else nothing. Transactions take
   * effect in the order of the calls, so a caller need not wait for one before it sends the next.
   */
  CompletableFuture<Outcome> commit(Transaction transaction);

  /**
   * How many comparisons, and how many puts, one transaction may have. etcd's limit of 128, less
   * the two that its store needs for itself, stands for all, so that a writer's way of splitting is
   * the same everywhere.
   */
  default int operationsMax() {
    return 126;
  }

  /** Made when the store was; a broker resumes its metadata only from the same one. */
  String storeId();

  /**
   * @param revision of the last change of any entry: it stays the same while only controllers
   *     change, so that a broker which has the metadata of this revision has those of the listing
   * @param entries value and revision of the last change, by key, in key order
   */
  record Listing(long revision, Map<String, Versioned> entries) {}

  record Versioned(byte[] value, long modRevision) {}

  /**
   * One transaction.
   *
   * @param puts empty: deleted
   */
  record Change(long revision, Map<String, Optional<byte[]>> puts) {}

  /**
   * @param compares key to the modRevision that it must have; 0: the key must not exist
   * @param puts empty: delete
   */
  record Transaction(Map<String, Long> compares, Map<String, Optional<byte[]>> puts) {

    /**
     * @throws IllegalArgumentException if it has more operations than every store can take
     */
    public void checkSize(int operationsMax) {
      if (compares.size() > operationsMax || puts.size() > operationsMax) {
        throw new IllegalArgumentException(
            "A transaction may have "
                + operationsMax
                + " comparisons and as many puts, not "
                + compares.size()
                + " and "
                + puts.size());
      }
    }
  }

  sealed interface Outcome {
    record Committed(long revision) implements Outcome {}

    /**
     * @param keys whose comparison did not hold
     */
    record Conflict(List<String> keys) implements Outcome {}

    /**
     * Nothing was changed: the writer is not the active controller any more, and never is again
     * with this store.
     */
    record Deposed() implements Outcome {}
  }

  /** Ends the store; later calls fail. */
  @Override
  void close();
}

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
 */
public interface MetadataStore extends AutoCloseable {

  /** Everything, at one revision. */
  CompletableFuture<Listing> list();

  /**
   * Applies all of the transaction if every comparison holds, else nothing. Transactions take
   * effect in the order of the calls, so a caller need not wait for one before it sends the next.
   */
  CompletableFuture<Outcome> commit(Transaction transaction);

  /**
   * How many comparisons, and how many puts, one transaction may have. etcd's limit stands for all,
   * so that a writer's way of splitting is the same everywhere.
   */
  default int operationsMax() {
    return 128;
  }

  /** Made when the store was; a broker resumes its metadata only from the same one. */
  String storeId();

  /**
   * @param entries value and revision of the last change, by key, in key order
   */
  record Listing(long revision, Map<String, Versioned> entries) {}

  record Versioned(byte[] value, long modRevision) {}

  /**
   * @param compares key to the modRevision that it must have; 0: the key must not exist
   * @param puts empty: delete
   */
  record Transaction(Map<String, Long> compares, Map<String, Optional<byte[]>> puts) {}

  sealed interface Outcome {
    record Committed(long revision) implements Outcome {}

    /**
     * @param keys whose comparison did not hold
     */
    record Conflict(List<String> keys) implements Outcome {}
  }

  /** Ends the store; later calls fail. */
  @Override
  void close();
}

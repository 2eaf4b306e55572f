package io.myelin.metadata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /**
   * 1.25 MiB: of the keys and values of one transaction. etcd's limit of 1.5 MiB for a request,
   * less what it has around them, stands for all stores.
   */
  int TRANSACTION_BYTES_MAX = 5 << 18;

  /** 1 MiB: of one value, so that it fits into a transaction, with what belongs to it. */
  int RECORD_BYTES_MAX = 1 << 20;

  /** 512 KiB: of records that need not be written at once, but may be. */
  int TOGETHER_BYTES_MAX = 512 << 10;

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

    /** {@code puts} in their order, in as few transactions as hold them. */
    public static List<Transaction> split(Map<String, Optional<byte[]>> puts, int operationsMax) {
      List<Transaction> transactions = new ArrayList<>();
      Map<String, Optional<byte[]>> next = new LinkedHashMap<>();
      long bytes = 0;
      for (Map.Entry<String, Optional<byte[]>> put : puts.entrySet()) {
        long more = bytes(put.getKey()) + bytes(put.getValue());
        boolean full = next.size() == operationsMax || bytes + more > TOGETHER_BYTES_MAX;
        if (full && !next.isEmpty()) {
          transactions.add(new Transaction(Map.of(), next));
          next = new LinkedHashMap<>();
          bytes = 0;
        }
        next.put(put.getKey(), put.getValue());
        bytes += more;
      }
      if (!next.isEmpty()) {
        transactions.add(new Transaction(Map.of(), next));
      }
      return transactions;
    }

    /** Of its keys and values. */
    public long bytes() {
      long bytes = 0;
      for (String key : compares.keySet()) {
        bytes += bytes(key);
      }
      for (Map.Entry<String, Optional<byte[]>> put : puts.entrySet()) {
        bytes += bytes(put.getKey()) + bytes(put.getValue());
      }
      return bytes;
    }

    private static int bytes(String key) {
      return key.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int bytes(Optional<byte[]> value) {
      return value.isPresent() ? value.get().length : 0;
    }

    /**
     * @throws IllegalArgumentException if it has more operations, or more bytes, than every store
     *     can take
     */
    public void checkSize(int operationsMax) {
      long bytes = bytes();
      if (bytes > TRANSACTION_BYTES_MAX) {
        throw new IllegalArgumentException(
            "A transaction may have " + TRANSACTION_BYTES_MAX + " bytes, not " + bytes);
      }
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

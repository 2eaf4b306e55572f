package io.myelin.metadata;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What {@link LeaseElection} needs of a store: one key that at most one holder has, bound to a
 * lease. Thread-safe, never blocks. Each call is answered, or fails, within a bounded time; after a
 * failure it may have happened or not.
 */
public interface ElectionKey extends AutoCloseable {

  /** Who holds the key; not from a copy that may be behind. */
  CompletableFuture<Optional<Election.Active>> read();

  /** Takes the key, under a new lease, if nobody holds it. */
  CompletableFuture<Optional<Holding>> acquire(Election.Candidate candidate);

  /** The lease begins anew. False: it is gone. */
  CompletableFuture<Boolean> renew(Holding holding);

  /** Nobody holds the key, if its epoch was this one; else false. */
  CompletableFuture<Boolean> release(long epoch);

  /** A store that writes only while the key has this epoch. */
  CompletableFuture<MetadataStore> openStore(long epoch);

  /** Where the key is kept, for messages: "etcd at [http://etcd-0:2379]". */
  String place();

  /** Calls fail from now on. */
  @Override
  void close();

  /**
   * @param ttlMs the lease ends so long after it was made or renewed
   */
  record Holding(long epoch, long lease, long ttlMs) {}
}

package io.myelin.metadata;

import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.ElectionKey.Holding;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Keeps one cluster's metadata and its election in memory, for several controllers: stands in for
 * etcd in tests and in the simulator, and can be cut off from any of them. Thread-safe; on the
 * simulator's environment a run is repeatable.
 */
public final class InMemoryMetadataServer {
  /** As short as etcd's can be. */
  static final long LEASE_MS = 2_000;

  private final String storeId;
  private final Clock clock;
  private final Map<String, Link> links = new HashMap<>();
  private final List<BiConsumer<Long, Transaction>> watchers = new ArrayList<>();
  private final RecentChanges recent = new RecentChanges();
  private StoreState state = StoreState.EMPTY;

  /** Revision of the last change of an entry; elections are not among them. */
  private long changedAt;

  private Active active;
  private long lease;
  private long leaseEndsNs;

  /** What becomes of a client's calls. */
  public enum Link {
    UP,
    /** They never arrive, and fail after a while. */
    REQUESTS_LOST,
    /** They are carried out, and fail after a while all the same. */
    ANSWERS_LOST
  }

  public InMemoryMetadataServer(String storeId, Clock clock) {
    this.storeId = storeId;
    this.clock = clock;
  }

  /** The election as the host called {@code client} sees it. */
  public Election election(String client, Environment environment) {
    return new LeaseElection(new InMemoryElectionKey(this, client, environment), environment);
  }

  /** From now on; calls under way included, as long as they were not carried out. */
  public synchronized void setLink(String client, Link link) {
    links.put(client, link);
  }

  /**
   * {@code watcher} is told each transaction that takes effect, with its revision, before its
   * writer: for whoever checks a run.
   */
  public synchronized void watch(BiConsumer<Long, Transaction> watcher) {
    watchers.add(watcher);
  }

  synchronized Link link(String client) {
    return links.getOrDefault(client, Link.UP);
  }

  String storeId() {
    return storeId;
  }

  synchronized Optional<Active> active() {
    if (active != null && clock.monotonicNs() >= leaseEndsNs) {
      active = null;
    }
    return Optional.ofNullable(active);
  }

  synchronized Optional<Holding> acquire(Candidate candidate) {
    if (active().isPresent()) {
      return Optional.empty();
    }
    // As etcd does, whose epoch is the revision that made the key.
    state = state.advance();
    active = new Active(candidate, state.revision());
    lease++;
    extend();
    return Optional.of(new Holding(state.revision(), lease, LEASE_MS));
  }

  synchronized boolean renew(long renewed) {
    if (active().isEmpty() || renewed != lease) {
      return false;
    }
    extend();
    return true;
  }

  synchronized boolean release(long epoch) {
    if (!isActive(epoch)) {
      return false;
    }
    active = null;
    return true;
  }

  synchronized Listing list() {
    return new Listing(changedAt, state.entries());
  }

  synchronized Optional<List<Change>> changes(long after, long upTo) {
    return recent.between(after, upTo);
  }

  synchronized Outcome commit(long epoch, Transaction transaction) {
    if (!isActive(epoch)) {
      return new Outcome.Deposed();
    }
    List<String> conflicts = state.conflicts(transaction);
    if (!conflicts.isEmpty()) {
      return StoreState.conflict(conflicts);
    }
    state = state.apply(transaction);
    changedAt = state.revision();
    recent.add(new Change(changedAt, transaction.puts()));
    watchers.forEach(watcher -> watcher.accept(state.revision(), transaction));
    return new Outcome.Committed(state.revision());
  }

  private boolean isActive(long epoch) {
    return active().filter(one -> one.epoch() == epoch).isPresent();
  }

  private void extend() {
    leaseEndsNs = clock.monotonicNs() + TimeUnit.MILLISECONDS.toNanos(LEASE_MS);
  }
}

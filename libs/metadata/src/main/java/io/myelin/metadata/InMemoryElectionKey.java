package io.myelin.metadata;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.metadata.InMemoryMetadataServer.Link;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One host's way to an {@link InMemoryMetadataServer}, and its stores. Calls are carried out in
 * their order, each as a task of its own; thread-safe.
 */
final class InMemoryElectionKey implements ElectionKey {
  /** Shorter than the lease, so that a holder that is cut off tries again before it gives up. */
  private static final long CALL_MS_MAX = 600;

  private final InMemoryMetadataServer server;
  private final String client;
  private final Scheduler scheduler;
  private final Executor executor;
  private volatile boolean closed;

  InMemoryElectionKey(InMemoryMetadataServer server, String client, Environment environment) {
    this.server = server;
    this.client = client;
    this.scheduler = environment.scheduler();
    this.executor = environment.threads().serial("metadata-" + client);
  }

  @Override
  public CompletableFuture<Optional<Election.Active>> read() {
    return call(server::active);
  }

  @Override
  public CompletableFuture<Optional<Holding>> acquire(Election.Candidate candidate) {
    return call(() -> server.acquire(candidate));
  }

  @Override
  public CompletableFuture<Boolean> renew(Holding holding) {
    return call(() -> server.renew(holding.lease()));
  }

  @Override
  public CompletableFuture<Boolean> release(long epoch) {
    return call(() -> server.release(epoch));
  }

  @Override
  public CompletableFuture<MetadataStore> openStore(long epoch) {
    return call(() -> new FencedStore(epoch));
  }

  @Override
  public String place() {
    return "the metadata server in memory";
  }

  @Override
  public void close() {
    closed = true;
  }

  private <T> CompletableFuture<T> call(Supplier<T> handle) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    executor.execute(
        () -> {
          if (closed) {
            answer.completeExceptionally(new StoreClosedException());
            return;
          }
          Link link = server.link(client);
          T value = link == Link.REQUESTS_LOST ? null : handle.get();
          switch (link) {
            case UP -> answer.complete(value);
            case REQUESTS_LOST, ANSWERS_LOST -> failLater(answer);
          }
        });
    return answer;
  }

  private void failLater(CompletableFuture<?> answer) {
    scheduler.after(
        CALL_MS_MAX,
        () ->
            answer.completeExceptionally(
                new TimeoutException(
                    "No answer from the metadata server to "
                        + client
                        + " within "
                        + CALL_MS_MAX
                        + " ms")));
  }

  private final class FencedStore implements MetadataStore {
    private final long epoch;
    private volatile boolean storeClosed;

    FencedStore(long epoch) {
      this.epoch = epoch;
    }

    @Override
    public CompletableFuture<Listing> list() {
      return storeClosed ? refused() : call(server::list);
    }

    @Override
    public CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
      return storeClosed ? refused() : call(() -> server.changes(after, upTo));
    }

    @Override
    public CompletableFuture<Outcome> commit(Transaction transaction) {
      transaction.checkSize(operationsMax());
      return storeClosed ? refused() : call(() -> server.commit(epoch, transaction));
    }

    @Override
    public String storeId() {
      return server.storeId();
    }

    @Override
    public void close() {
      storeClosed = true;
    }

    private <T> CompletableFuture<T> refused() {
      return CompletableFuture.failedFuture(new StoreClosedException());
    }
  }
}

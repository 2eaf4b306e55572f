package io.myelin.metadata;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.metadata.ElectionKey.Holding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a lease alive and says when it must count as lost, with or without word from the store.
 * Confined to its executor.
 *
 * <p>The store counts from when it has handled a request, this class from when it was sent, and
 * gives up a margin earlier: so it is the first to notice, unless the process stands still.
 */
final class LeaseKeeper {
  // Of the time to live. Two refreshes may fail before the third, which still comes in time.
  private static final int REFRESHES_PER_LEASE = 4;

  // Clocks of two machines drift apart by far less than a tenth.
  private static final int MARGIN_DIVISOR = 10;

  // A member that is gone fails at once, and the next one is asked: no time to lose, but no
  // spinning.
  private static final long RETRY_MS = 100;

  private final ElectionKey key;
  private final Holding holding;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private long expiresAtNs;
  private Throwable lastFailure;
  private boolean ended;

  LeaseKeeper(
      ElectionKey key, Holding holding, Clock clock, Scheduler scheduler, Executor executor) {
    this.key = key;
    this.holding = holding;
    this.clock = clock;
    this.scheduler = scheduler;
    this.executor = executor;
  }

  /**
   * @param acquiredAtNs when the acquisition was sent, by the monotonic clock
   */
  void start(long acquiredAtNs) {
    renewed(acquiredAtNs);
    refreshAfter(holding.ttlMs() / REFRESHES_PER_LEASE);
    watchExpiry();
  }

  CompletableFuture<String> lost() {
    return lost;
  }

  /** No refresh any more. */
  void end(String reason) {
    ended = true;
    lost.complete(reason);
  }

  private void renewed(long sentAtNs) {
    long ttlMs = holding.ttlMs();
    expiresAtNs = sentAtNs + TimeUnit.MILLISECONDS.toNanos(ttlMs - ttlMs / MARGIN_DIVISOR);
    lastFailure = null;
  }

  private void refreshAfter(long delayMs) {
    scheduler.after(delayMs, () -> executor.execute(this::refresh));
  }

  private void refresh() {
    if (ended) {
      return;
    }
    long sentAtNs = clock.monotonicNs();
    key.renew(holding)
        .whenCompleteAsync((alive, failure) -> refreshed(sentAtNs, alive, failure), executor);
  }

  private void refreshed(long sentAtNs, Boolean alive, Throwable failure) {
    if (ended) {
      return;
    }
    if (failure != null) {
      lastFailure = failure;
      refreshAfter(RETRY_MS);
    } else if (alive) {
      renewed(sentAtNs);
      refreshAfter(holding.ttlMs() / REFRESHES_PER_LEASE);
    } else {
      end("the lease has expired or was revoked");
    }
  }

  private void watchExpiry() {
    long leftNs = expiresAtNs - clock.monotonicNs();
    if (leftNs <= 0) {
      end(
          "the lease of "
              + holding.ttlMs()
              + " ms in "
              + key.place()
              + " could not be refreshed in time"
              + (lastFailure == null ? "" : ": " + Failures.unwrapped(lastFailure).getMessage()));
    } else {
      // Rounded up, or the last part of a millisecond would be spent in a loop.
      scheduler.after(
          TimeUnit.NANOSECONDS.toMillis(leftNs) + 1,
          () ->
              executor.execute(
                  () -> {
                    if (!ended) {
                      watchExpiry();
                    }
                  }));
    }
  }
}

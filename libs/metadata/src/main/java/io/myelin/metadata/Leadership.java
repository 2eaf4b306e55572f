package io.myelin.metadata;

import java.util.concurrent.CompletableFuture;

/**
 * The right to be the active controller, won in an {@link Election}. Thread-safe, never blocks.
 *
 * <p>Guarantee: {@link #lost} completes before anybody else can win by waiting, measured by the
 * monotonic clock, unless this process stands still; after a revocation it completes soon.
 */
public interface Leadership {

  /** Larger than those of all leaderships before. */
  long epoch();

  /** A store whose writes take effect only while this leadership lasts. */
  CompletableFuture<MetadataStore> openStore();

  /**
   * Completes, with the reason, when this process must not act as the active controller any more.
   */
  CompletableFuture<String> lost();

  /** Ends the leadership, so that another can win at once. Fails if the store cannot be reached. */
  CompletableFuture<Void> resign();
}

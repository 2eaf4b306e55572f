package io.myelin.system.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what nobody announces. */
final class Until {
  private static final long LOOK_AGAIN_MS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Until() {}

  /**
   * Returns once the condition holds.
   *
   * @throws AssertionError if it does not within a minute
   */
  static void holds(String what, Callable<Boolean> condition) throws Exception {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > endNs) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      boolean _ = new CountDownLatch(1).await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }
  }
}

package io.myelin.broker.replica;

import java.util.concurrent.TimeUnit;

/**
 * Bytes per second, over about a second. What is taken may go beyond what is there; the next one
 * waits until that is made up for. Thread-safe.
 */
final class RateLimit {
  static final long UNLIMITED = Long.MAX_VALUE;

  /** 1 s: whoever waits looks again, since there may be another rate by then. */
  private static final long WAIT_MS_MAX = 1_000;

  private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

  private long bytesPerSecond = UNLIMITED;
  private double balance;
  private long atNs;

  synchronized void set(long newBytesPerSecond, long nowNs) {
    if (newBytesPerSecond != bytesPerSecond) {
      bytesPerSecond = newBytesPerSecond;
      balance = 0;
      atNs = nowNs;
    }
  }

  /** Milliseconds after which to ask again; 0: something may be taken now. */
  synchronized long waitMs(long nowNs) {
    if (bytesPerSecond == UNLIMITED) {
      return 0;
    }
    if (bytesPerSecond == 0) {
      return WAIT_MS_MAX;
    }
    refill(nowNs);
    return balance >= 0
        ? 0
        : Math.min(WAIT_MS_MAX, (long) Math.ceil(-balance * 1_000 / bytesPerSecond));
  }

  synchronized void take(long bytes, long nowNs) {
    if (bytesPerSecond != UNLIMITED) {
      refill(nowNs);
      balance -= bytes;
    }
  }

  private void refill(long nowNs) {
    balance = Math.min(bytesPerSecond, balance + (nowNs - atNs) / NS_PER_S * bytesPerSecond);
    atNs = nowNs;
  }
}

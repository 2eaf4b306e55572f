package io.myelin.log;

import io.myelin.env.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Keeps compaction at so many bytes per second, read and written. Passes that share one share its
 * bytes, and what they did not use is not saved up beyond one step. Thread-safe, never blocks.
 */
public final class CompactionThrottle {
  // So soon a limit that was raised is felt by a pass that waits under the old one.
  private static final long PAUSE_MS_MAX = 1_000;

  private final Clock clock;
  private final DoubleSupplier bytesPerSecondMax;

  /** Read and written ahead of what the limit allows. */
  private double aheadBytes;

  private long askedAtNs;

  /**
   * @param bytesPerSecondMax log.cleaner.io.max.bytes.per.second; asked for each time, so that it
   *     can change. 0: everything waits
   */
  public CompactionThrottle(Clock clock, DoubleSupplier bytesPerSecondMax) {
    this.clock = clock;
    this.bytesPerSecondMax = bytesPerSecondMax;
    this.askedAtNs = clock.monotonicNs();
  }

  /**
   * @param bytes read and written since the last question
   * @return milliseconds to wait before asking again, with 0 bytes; 0: go on
   */
  public synchronized long pauseMs(long bytes) {
    double perMs = Math.max(0, bytesPerSecondMax.getAsDouble()) / TimeUnit.SECONDS.toMillis(1);
    long nowNs = clock.monotonicNs();
    double passedMs = (double) (nowNs - askedAtNs) / TimeUnit.MILLISECONDS.toNanos(1);
    askedAtNs = nowNs;
    aheadBytes = Math.max(0, aheadBytes + bytes - passedMs * perMs);
    // Less than a millisecond's worth is less than timers can tell.
    return aheadBytes <= perMs ? 0 : (long) Math.ceil(Math.min(PAUSE_MS_MAX, aheadBytes / perMs));
  }
}

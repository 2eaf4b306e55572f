package io.myelin.system.pauses;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When acknowledgements came. Thread-safe. Times are those of {@link System#nanoTime}. */
final class AckTimes {
  private final List<Long> timesNs = new ArrayList<>();

  synchronized void add(long timeNs) {
    timesNs.add(timeNs);
    notifyAll();
  }

  /**
   * Returns when {@code count} have come from {@code fromNs} on.
   *
   * @throws IllegalStateException if they do not within {@code patience}
   */
  synchronized void await(int count, long fromNs, Duration patience) throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (since(fromNs) < count) {
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new IllegalStateException(
            "%d acknowledgements within %s, and %d were expected"
                .formatted(since(fromNs), patience, count));
      }
      wait(leftMs);
    }
  }

  private int since(long fromNs) {
    int at = timesNs.size();
    while (at > 0 && timesNs.get(at - 1) >= fromNs) {
      at--;
    }
    return timesNs.size() - at;
  }

  /** The longest time between two that follow one another, the second of them after fromNs. */
  synchronized Duration longestGap(long fromNs) {
    long longestNs = 0;
    for (int at = timesNs.size() - 1; at > 0 && timesNs.get(at) >= fromNs; at--) {
      longestNs = Math.max(longestNs, timesNs.get(at) - timesNs.get(at - 1));
    }
    return Duration.ofNanos(longestNs);
  }
}

package io.myelin.system.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a group has committed, with an acknowledgement. Thread-safe. */
final class GroupProgress {
  private final Map<Integer, Long> committed = new HashMap<>();

  synchronized void committed(int partition, long offset) {
    committed.put(partition, offset);
    notifyAll();
  }

  /** Waits until the group is there; returns whether it is. */
  synchronized boolean await(Map<Integer, Long> ends, Duration patience)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (!reached(ends)) {
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return false;
      }
      wait(leftMs);
    }
    return true;
  }

  private boolean reached(Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  @Override
  public synchronized String toString() {
    return committed.toString();
  }
}

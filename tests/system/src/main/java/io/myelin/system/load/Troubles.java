package io.myelin.system.load;

import java.util.Map;
import java.util.TreeMap;

/** Counts what clients complained about: no broken promises, but good to know. Thread-safe. */
public final class Troubles {
  private final Map<String, Long> counts = new TreeMap<>();

  public synchronized void note(String what, Exception e) {
    counts.merge(what + ": " + e.getClass().getSimpleName(), 1L, Long::sum);
  }

  /** How many in all. */
  public synchronized long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What, with how often. */
  public synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }
}

package io.myelin.simulation.cluster;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How much happened: a simulation in which nothing happens finds nothing. */
final class ClusterCoverage {
  /** What is counted. */
  enum Count {
    RUNS,
    EVENTS,
    REQUESTS,
    ANSWERS,
    ACKNOWLEDGED_BATCHES,
    RECORDS_READ,
    OFFSET_COMMITS,
    REBALANCES,
    ELECTIONS,
    IN_SYNC_CHANGES,
    TRUNCATIONS,
    CONTROLLER_CHANGES,
    CRASHES,
    POWER_LOSSES,
    CRASHES_WITHIN_TASKS
  }

  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private final Map<String, Long> faults = new TreeMap<>();

  void count(Count what) {
    counts.merge(what, 1L, Long::sum);
  }

  void fault(FaultKind kind) {
    faults.merge(kind.name(), 1L, Long::sum);
  }

  long of(Count what) {
    return counts.getOrDefault(what, 0L);
  }

  long of(FaultKind kind) {
    return faults.getOrDefault(kind.name(), 0L);
  }

  /** What clients asked for and got. */
  long operations() {
    return of(Count.ACKNOWLEDGED_BATCHES) + of(Count.RECORDS_READ) + of(Count.OFFSET_COMMITS);
  }

  void add(ClusterCoverage other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    other.faults.forEach((what, count) -> faults.merge(what, count, Long::sum));
  }

  @Override
  public String toString() {
    return counts + " " + faults;
  }
}

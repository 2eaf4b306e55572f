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
    IDEMPOTENT_BATCHES,
    RECORDS_READ,
    OFFSET_COMMITS,
    REBALANCES,
    ELECTIONS,
    LAST_KNOWN_ELECTIONS,
    LOSSES,
    IN_SYNC_CHANGES,
    MOVES,
    TRUNCATIONS,
    CONTROLLER_CHANGES,
    CRASHES,
    POWER_LOSSES,
    CRASHES_WITHIN_TASKS
  }

  /** What each run has to have seen, or it has tested less than it should have. */
  private static final Map<Count, Integer> MINIMUMS =
      Map.of(
          Count.ACKNOWLEDGED_BATCHES, 40,
          Count.IDEMPOTENT_BATCHES, 20,
          Count.RECORDS_READ, 100,
          Count.OFFSET_COMMITS, 3,
          Count.ELECTIONS, 1,
          Count.TRUNCATIONS, 1,
          Count.CRASHES, 1);

  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private final Map<String, Long> faults = new TreeMap<>();

  void count(Count what) {
    counts.merge(what, 1L, Long::sum);
  }

  /** One of this kind has had an effect. */
  void fault(FaultKind kind) {
    faults.merge(kind.name(), 1L, Long::sum);
  }

  long of(Count what) {
    return counts.getOrDefault(what, 0L);
  }

  long of(FaultKind kind) {
    return faults.getOrDefault(kind.name(), 0L);
  }

  /** Whether one run has seen enough. */
  boolean hasMinimums() {
    return MINIMUMS.entrySet().stream().allMatch(each -> of(each.getKey()) >= each.getValue());
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

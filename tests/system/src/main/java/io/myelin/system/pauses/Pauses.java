package io.myelin.system.pauses;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long something took after faults, by fault. Not thread-safe. */
public final class Pauses {
  private final String what;
  private final Map<String, List<Double>> pausesMs = new LinkedHashMap<>();

  /**
   * @param what was measured: {@code longest gap between acknowledgements}
   */
  public Pauses(String what) {
    this.what = what;
  }

  void add(String fault, Duration pause) {
    pausesMs.computeIfAbsent(fault, name -> new ArrayList<>()).add(pause.toNanos() / 1e6);
  }

  /** A Markdown table, in the order in which faults were first added. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append("| %s, after | times | median, ms | worst, ms |%n".formatted(what));
    table.append("|---|---:|---:|---:|\n");
    pausesMs.forEach(
        (fault, pauses) ->
            table.append(
                "| %s | %d | %.0f | %.0f |%n"
                    .formatted(fault, pauses.size(), median(pauses), worst(pauses))));
    return table.toString();
  }

  private static double median(List<Double> pauses) {
    List<Double> sorted = pauses.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static double worst(List<Double> pauses) {
    return pauses.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}

package io.myelin.system.pauses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The longest gaps between acknowledgements after faults, by fault. Not thread-safe. */
public final class Pauses {
  private final Map<String, List<Double>> gapsMs = new LinkedHashMap<>();

  public void add(String fault, double gapMs) {
    gapsMs.computeIfAbsent(fault, name -> new ArrayList<>()).add(gapMs);
  }

  /** A Markdown table, in the order in which faults were first added. */
  public String table() {
    StringBuilder table =
        new StringBuilder(
            """
            | longest gap between acknowledgements after | times | median, ms | worst, ms |
            |---|---:|---:|---:|
            """);
    gapsMs.forEach(
        (fault, gaps) ->
            table.append(
                "| %s | %d | %.0f | %.0f |%n"
                    .formatted(fault, gaps.size(), median(gaps), worst(gaps))));
    return table.toString();
  }

  private static double median(List<Double> gaps) {
    List<Double> sorted = gaps.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static double worst(List<Double> gaps) {
    return gaps.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}

package io.myelin.system.pauses;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How long things took, by what was done. Not thread-safe. */
public final class Pauses {
  private final Map<Row, List<Double>> pausesMs = new LinkedHashMap<>();

  /**
   * A line of the table.
   *
   * @param fault what was done
   * @param what was measured then
   * @param allowed what it may be, for the reader
   */
  record Row(String fault, String what, String allowed) {}

  void add(Row row, Duration pause) {
    pausesMs.computeIfAbsent(row, name -> new ArrayList<>()).add(pause.toNanos() / 1e6);
  }

  /** A Markdown table, in the order in which rows were first added. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append("| after | milliseconds | times | min | median | max | allowed |\n");
    table.append("|---|---|---:|---:|---:|---:|---|\n");
    pausesMs.forEach(
        (row, pauses) ->
            table.append(
                "| %s | %s | %d | %.0f | %.0f | %.0f | %s |%n"
                    .formatted(
                        row.fault,
                        row.what,
                        pauses.size(),
                        sorted(pauses).getFirst(),
                        median(pauses),
                        sorted(pauses).getLast(),
                        row.allowed)));
    return table.toString();
  }

  /** The same with every single figure. */
  public String json() {
    return pausesMs.entrySet().stream()
        .map(
            each ->
                """
                {"fault": "%s", "what": "%s", "allowed": "%s", "ms": %s}"""
                    .formatted(
                        each.getKey().fault,
                        each.getKey().what,
                        each.getKey().allowed,
                        each.getValue().stream().map("%.1f"::formatted).toList()))
        .collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
  }

  private static List<Double> sorted(List<Double> pauses) {
    return pauses.stream().sorted(Comparator.naturalOrder()).toList();
  }

  private static double median(List<Double> pauses) {
    List<Double> sorted = sorted(pauses);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}

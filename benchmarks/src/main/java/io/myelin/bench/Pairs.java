package io.myelin.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All figures of a run. A pair is one run of each side, one directly after the other. */
final class Pairs {
  private final String titleA;
  private final String titleB;
  private final Map<Metric, List<double[]>> samples = new EnumMap<>(Metric.class);
  private final Map<String, Integer> begun = new TreeMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  Pairs(String titleA, String titleB) {
    this.titleA = titleA;
    this.titleB = titleB;
  }

  /** Smallest, middle and largest. */
  record Spread(double min, double median, double max) {
    static Spread of(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
  }

  /** One line of the report. */
  record Row(Metric metric, Spread a, Spread b, Spread ratio, int pairs) {
    boolean isMet() {
      return metric.bar().isMet(a.median(), ratio.median());
    }
  }

  void add(Figures a, Figures b) {
    a.values()
        .forEach(
            (metric, value) -> {
              Double other = b.values().get(metric);
              if (other != null) {
                add(metric, value, other);
              }
            });
    a.notes().forEach(text -> notes.add(titleA + ": " + text));
    b.notes().forEach(text -> notes.add(titleB + ": " + text));
  }

  void add(Metric metric, double a, double b) {
    samples.computeIfAbsent(metric, key -> new ArrayList<>()).add(new double[] {a, b});
  }

  void note(String text) {
    notes.add(text);
  }

  /** The number, from 1, of the scenario's next pair. */
  int begin(Scenario scenario) {
    return begun.merge(scenario.name(), 1, Integer::sum);
  }

  /** How many pairs of each scenario were begun, measured or not. */
  Map<String, Integer> begun() {
    return begun;
  }

  List<double[]> samples(Metric metric) {
    return samples.getOrDefault(metric, List.of());
  }

  String titleA() {
    return titleA;
  }

  String titleB() {
    return titleB;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    samples.forEach(
        (metric, pairs) ->
            rows.add(
                new Row(
                    metric,
                    Spread.of(pairs.stream().mapToDouble(pair -> pair[0]).toArray()),
                    Spread.of(pairs.stream().mapToDouble(pair -> pair[1]).toArray()),
                    Spread.of(pairs.stream().mapToDouble(pair -> pair[0] / pair[1]).toArray()),
                    pairs.size())));
    return rows;
  }

  /** What was noted during the runs. */
  Set<String> remarks() {
    return notes;
  }

  /**
   * What was noted during the runs, then what the figures themselves say against a clean reading.
   */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    for (Row row : rows()) {
      if (row.metric().bar() instanceof Bar.SameWithin && !row.isMet()) {
        all.add(
            "%s differs by more than 10 %% (ratio %.2f): the CPU per GB beside it compares"
                    .formatted(row.metric().title(), row.ratio().median())
                + " different amounts of work");
      }
      if (row.metric().key().endsWith("-p99") && row.ratio().median() > 1) {
        all.add(
            "%s is worse than the peer's (ratio %.2f)"
                .formatted(row.metric().title(), row.ratio().median()));
      }
    }
    return all;
  }
}

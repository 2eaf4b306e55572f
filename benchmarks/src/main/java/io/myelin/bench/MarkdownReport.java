package io.myelin.bench;

import java.util.List;
import java.util.Locale;

/** The table. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String render(Report report) {
    Pairs pairs = report.pairs();
    StringBuilder out = new StringBuilder();
    out.append("# ").append(pairs.titleA()).append(" against ").append(pairs.titleB());
    out.append("\n\n").append(conditions(report)).append("\n\n");
    out.append(
        "Medians. The ratio is %s / %s of each pair: median (min to max).%n%n"
            .formatted(pairs.titleA(), pairs.titleB()));
    out.append(
        "| | unit | %s | %s | ratio | pairs | bar | |%n|---|---|---:|---:|---|---:|---|---|%n"
            .formatted(pairs.titleA(), pairs.titleB()));
    for (Pairs.Row row : pairs.rows()) {
      String verdict =
          row.metric().bar() instanceof Bar.None ? "" : row.isMet() ? "met" : "**not met**";
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %.2f (%.2f to %.2f) | %d | %s | %s |%n",
              row.metric().title(),
              row.metric().unit(),
              number(row.a().median()),
              number(row.b().median()),
              row.ratio().median(),
              row.ratio().min(),
              row.ratio().max(),
              row.pairs(),
              row.metric().bar().describe(),
              verdict));
    }
    out.append("\n## What could not be measured cleanly\n\n");
    if (pairs.notes().isEmpty()) {
      out.append("Nothing was noticed.\n");
    }
    pairs.notes().forEach(note -> out.append("- ").append(note).append('\n'));
    return out.toString();
  }

  private static String conditions(Report report) {
    List<Report.Run> runs = report.runs();
    double load = runs.stream().mapToDouble(Report.Run::load).max().orElse(0);
    StringBuilder out = new StringBuilder();
    out.append(
        runs.size() == 1
            ? "Started %s".formatted(runs.getFirst().started())
            : "%d runs of the harness, the first started %s, the last %s,"
                .formatted(runs.size(), runs.getFirst().started(), runs.getLast().started()));
    out.append(" on ").append(report.machine().describe());
    out.append(
        String.format(
            Locale.ROOT,
            "; load average before %s %.1f.",
            runs.size() == 1 ? "it" : "a run at most",
            load));
    if (report.quick()) {
      out.append(" Small volumes (--quick): a look, not a result.");
    }
    report
        .peaks()
        .forEach(
            (profile, recordsPerSecond) ->
                out.append(
                    String.format(
                        Locale.ROOT,
                        " %s's peak of profile %s: %,.0f records/s.",
                        report.pairs().titleB(),
                        profile,
                        recordsPerSecond)));
    return out.toString();
  }

  /** Three significant digits. */
  static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}

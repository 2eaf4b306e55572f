package io.myelin.bench;

import java.util.Locale;

/** The table. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String render(Pairs pairs, Machine machine) {
    StringBuilder out = new StringBuilder();
    out.append("# ").append(pairs.titleA()).append(" against ").append(pairs.titleB());
    out.append("\n\n").append(machine.describe()).append("\n\n");
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

  /** Three significant digits. */
  static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}

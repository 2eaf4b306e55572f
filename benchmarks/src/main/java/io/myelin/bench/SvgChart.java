package io.myelin.bench;

import java.util.List;
import java.util.Locale;

/**
 * The ratios on a logarithmic axis: a dot for the median, a line from min to max, a tick for the
 * bar.
 */
final class SvgChart {
  private static final int WIDTH = 960;
  private static final int LABELS = 400;
  private static final int RIGHT = 90;
  private static final int ROW_HEIGHT = 24;
  private static final int TOP = 56;
  private static final double SMALLEST = 0.02;
  private static final double LARGEST = 5;
  private static final double[] TICKS = {0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5};

  private SvgChart() {}

  static String render(Pairs pairs) {
    List<Pairs.Row> rows = pairs.rows();
    int height = TOP + rows.size() * ROW_HEIGHT + 20;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%1$d' height='%2$d' viewBox='0 0 %1$d %2$d'"
            + " font-family='sans-serif' font-size='12'>",
        WIDTH,
        height);
    add(svg, "<rect width='100%%' height='100%%' fill='#ffffff'/>");
    add(
        svg,
        "<text x='12' y='22' font-size='15' fill='#222'>%s / %s</text>",
        escape(pairs.titleA()),
        escape(pairs.titleB()));
    for (double tick : TICKS) {
      add(
          svg,
          "<line x1='%1$.1f' x2='%1$.1f' y1='%2$d' y2='%3$d' stroke='%4$s'/>"
              + "<text x='%1$.1f' y='%5$d' text-anchor='middle' fill='#666'>%6$s</text>",
          x(tick),
          TOP - 6,
          height - 14,
          tick == 1 ? "#888" : "#e4e4e4",
          TOP - 12,
          MarkdownReport.number(tick).replaceAll("\\.?0+$", ""));
    }
    for (int i = 0; i < rows.size(); i++) {
      row(svg, rows.get(i), TOP + i * ROW_HEIGHT + ROW_HEIGHT / 2);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void row(StringBuilder svg, Pairs.Row row, int y) {
    Pairs.Spread ratio = row.ratio();
    String colour =
        row.metric().bar() instanceof Bar.None ? "#5b6b7b" : row.isMet() ? "#1a7f4b" : "#c0392b";
    add(svg, "<text x='12' y='%d' fill='#222'>%s</text>", y + 4, escape(row.metric().title()));
    add(
        svg,
        "<line x1='%.1f' x2='%.1f' y1='%3$d' y2='%3$d' stroke='%4$s' stroke-width='3'"
            + " stroke-opacity='0.45'/>",
        x(ratio.min()),
        x(ratio.max()),
        y,
        colour);
    double bar =
        switch (row.metric().bar()) {
          case Bar.RatioAtMost(double limit) -> limit;
          case Bar.RatioAtLeast(double limit) -> limit;
          case Bar.SameWithin _, Bar.ValueAtMost _, Bar.ValueAtLeast _, Bar.None _ -> Double.NaN;
        };
    if (!Double.isNaN(bar)) {
      add(
          svg,
          "<line x1='%1$.1f' x2='%1$.1f' y1='%2$d' y2='%3$d' stroke='#222' stroke-width='2'/>",
          x(bar),
          y - 8,
          y + 8);
    }
    add(svg, "<circle cx='%.1f' cy='%d' r='5' fill='%s'/>", x(ratio.median()), y, colour);
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='end' fill='%s'>%.2f</text>",
        WIDTH - 12,
        y + 4,
        colour,
        ratio.median());
  }

  private static double x(double ratio) {
    double bounded = Math.clamp(Double.isNaN(ratio) ? 1 : ratio, SMALLEST, LARGEST);
    return LABELS
        + (WIDTH - LABELS - RIGHT)
            * (Math.log(bounded) - Math.log(SMALLEST))
            / (Math.log(LARGEST) - Math.log(SMALLEST));
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}

package io.myelin.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Percentiles of latencies, as one line of text between our own child processes and us.
 *
 * @param errors operations that failed
 */
record Latencies(long count, long errors, double p50Ms, double p99Ms) {
  private static final Pattern LINE =
      Pattern.compile("count=(\\d+) errors=(\\d+) p50=([\\d.]+) p99=([\\d.]+)");

  static Latencies of(long[] nanos, int count, long errors) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Latencies(count, errors, ms(sorted, 0.5), ms(sorted, 0.99));
  }

  private static double ms(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * quantile)] / 1e6;
  }

  String line() {
    return String.format(
        Locale.ROOT, "count=%d errors=%d p50=%.4f p99=%.4f", count, errors, p50Ms, p99Ms);
  }

  static Latencies parse(String output) {
    MatchResult found =
        LINE.matcher(output)
            .results()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no latencies in:\n" + output));
    return new Latencies(
        Long.parseLong(found.group(1)),
        Long.parseLong(found.group(2)),
        Double.parseDouble(found.group(3)),
        Double.parseDouble(found.group(4)));
  }
}

package io.myelin.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shown on standard error, on a terminal only, and only when something takes more than a second.
 */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long SHOWN_AFTER_NANOS = 1_000_000_000L;
  private static final long REDRAWN_AFTER_NANOS = 100_000_000L;

  private final PrintStream err;
  private final boolean enabled;
  private final String unit;
  private final long total;
  private final long start = System.nanoTime();
  private long drawn;
  private boolean visible;

  /**
   * @param total 0 when nobody knows
   */
  ProgressBar(Shell shell, String unit, long total) {
    this.err = shell.err();
    this.enabled = shell.errIsTerminal();
    this.unit = unit;
    this.total = total;
  }

  void at(long done) {
    long now = System.nanoTime();
    if (!enabled || now - start < SHOWN_AFTER_NANOS || now - drawn < REDRAWN_AFTER_NANOS) {
      return;
    }
    drawn = now;
    visible = true;
    double rate = done / ((now - start) / 1e9);
    String text = String.format(Locale.ROOT, "%,d %s, %,.0f/s", done, unit, rate);
    if (total > 0) {
      int filled = (int) Math.min(WIDTH, done * WIDTH / total);
      text =
          "[%s%s] %d %%  %s"
              .formatted("#".repeat(filled), " ".repeat(WIDTH - filled), done * 100 / total, text);
    }
    err.print("\r\u001b[K" + text);
    err.flush();
  }

  @Override
  public void close() {
    if (visible) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}

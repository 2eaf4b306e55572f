package io.myelin.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shown on standard error, on a terminal only, and only when something takes more than a second.
 */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long SHOWN_AFTER_NS = 1_000_000_000L;
  private static final long REDRAWN_AFTER_NS = 100_000_000L;

  private final Shell shell;
  private final PrintStream err;
  private final boolean enabled;
  private final String unit;
  private final long total;
  private final long startNs;
  private long drawnNs;
  private boolean visible;

  /**
   * @param total 0 when nobody knows
   */
  ProgressBar(Shell shell, String unit, long total) {
    this.shell = shell;
    this.err = shell.err();
    this.enabled = shell.errIsTerminal();
    this.unit = unit;
    this.total = total;
    this.startNs = shell.monotonicNs();
    this.drawnNs = startNs;
  }

  void at(long done) {
    long nowNs = shell.monotonicNs();
    if (!enabled || nowNs - startNs < SHOWN_AFTER_NS || nowNs - drawnNs < REDRAWN_AFTER_NS) {
      return;
    }
    drawnNs = nowNs;
    visible = true;
    double rate = done / ((nowNs - startNs) / 1e9);
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

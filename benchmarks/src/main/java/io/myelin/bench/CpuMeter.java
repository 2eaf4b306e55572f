package io.myelin.bench;

import java.io.IOException;
import java.util.Locale;

/**
 * CPU time between two moments: the broker's, and that of processes that have no part in the run.
 */
final class CpuMeter {
  /** A fifth of a core: what the kernel's own writeback threads stay under. */
  private static final double FOREIGN_CORES_MAX = 0.2;

  private final long pid;
  private final double broker;
  private final double own;
  private final double machine;
  private final long startNanos;

  private CpuMeter(long pid) throws IOException {
    this.pid = pid;
    this.broker = ProcStat.cpuSeconds(pid);
    this.own = ProcStat.ownCpuSeconds();
    this.machine = ProcStat.machineBusySeconds();
    this.startNanos = System.nanoTime();
  }

  static CpuMeter start(BrokerUnderTest broker) throws IOException {
    return new CpuMeter(broker.pid());
  }

  /** The broker's CPU seconds so far; notes in the figures when others used the machine too. */
  double stop(Figures figures, String during) throws IOException {
    double spent = ProcStat.cpuSeconds(pid) - broker;
    double others =
        (ProcStat.machineBusySeconds() - machine) - spent - (ProcStat.ownCpuSeconds() - own);
    double cores = others / ((System.nanoTime() - startNanos) / 1e9);
    if (cores > FOREIGN_CORES_MAX) {
      figures.note(
          String.format(
              Locale.ROOT, "%s: other processes used %.1f cores meanwhile", during, cores));
    }
    return spent;
  }
}

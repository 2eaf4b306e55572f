package io.myelin.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * CPU time between two moments: the servers', and that of processes that have no part in the run.
 */
final class CpuMeter {
  /** A fifth of a core: what the kernel's own writeback threads stay under. */
  private static final double FOREIGN_CORES_MAX = 0.2;

  private final List<Long> pids;
  private final double servers;
  private final double own;
  private final double machine;
  private final long startNanos;

  private CpuMeter(List<Long> pids) throws IOException {
    this.pids = pids;
    this.servers = spent(pids);
    this.own = ProcStat.ownCpuSeconds();
    this.machine = ProcStat.machineBusySeconds();
    this.startNanos = System.nanoTime();
  }

  static CpuMeter start(BrokerUnderTest broker) throws IOException {
    return start(broker.brokerPids());
  }

  /**
   * @param servers whose time is measured
   */
  static CpuMeter start(List<Long> servers) throws IOException {
    return new CpuMeter(servers);
  }

  static double spent(List<Long> pids) throws IOException {
    double seconds = 0;
    for (long pid : pids) {
      seconds += ProcStat.cpuSeconds(pid);
    }
    return seconds;
  }

  /** The servers' CPU seconds so far; notes in the figures when others used the machine too. */
  double stop(Figures figures, String during) throws IOException {
    double spent = spent(pids) - servers;
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

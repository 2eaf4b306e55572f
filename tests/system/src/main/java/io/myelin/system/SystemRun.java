package io.myelin.system;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.faults.Fault;
import io.myelin.system.faults.FaultRunner;
import io.myelin.system.history.HistoryChecker;
import io.myelin.system.history.HistoryFile;
import io.myelin.system.history.Report;
import io.myelin.system.load.Load;
import io.myelin.system.load.LoadPlan;
import io.myelin.system.load.Recorder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * One run: a cluster starts, clients work, faults come and go; then everything is read, the group
 * finishes its work, and the history is checked. Confined to one thread.
 *
 * <p>The report says which promises were broken. What makes a run worth nothing is thrown: a
 * process that does not come back, a log that cannot be read, a group that does not finish, a
 * client of our own that breaks.
 */
public final class SystemRun {
  private final ClusterUnderTest cluster;
  private final LoadPlan plan;
  private final Path history;
  private final PrintStream out;

  /**
   * @param history the file that takes the history
   */
  public SystemRun(ClusterUnderTest cluster, LoadPlan plan, Path history, PrintStream out) {
    this.cluster = cluster;
    this.plan = plan;
    this.history = history;
    this.out = out;
  }

  public Report run(long seed, List<Fault> faults, long lengthMs)
      throws IOException, InterruptedException {
    cluster.start();
    try (Recorder recorder = new Recorder(history);
        Load load = new Load(plan, cluster.bootstrap(), recorder, seed)) {
      load.start();
      new FaultRunner(cluster, out).run(faults, lengthMs);
      load.stopProducing();
      load.drainGroup(load.audit());
      load.troubles().counts().forEach(this::print);
    }
    Report report = HistoryChecker.check(new HistoryFile(history), cluster.promises());
    out.println(report.text());
    if (report.totals().acknowledged() == 0) {
      throw new IllegalStateException("nothing was acknowledged, so there was nothing to lose");
    }
    return report;
  }

  private void print(String trouble, long count) {
    out.printf("clients:  %,d times %s%n", count, trouble);
  }
}

package io.myelin.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.system.cluster.LocalCluster;
import io.myelin.system.cluster.Ports;
import io.myelin.system.faults.Fault;
import io.myelin.system.faults.FaultKind;
import io.myelin.system.faults.FaultSchedule;
import io.myelin.system.faults.Targets;
import io.myelin.system.history.Report;
import io.myelin.system.load.LoadPlan;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster of processes, etcd among them, under faults for a minute. */
final class ClusterTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long SEED = 1034;
  private static final long LENGTH_MS = 60_000;
  private static final long DISK_BYTES = 256L << 20;
  private static final int RECORDS_PER_SECOND = 100;

  @TempDir Path folder;

  @Test
  void keepsItsPromisesUnderFaults() throws Exception {
    System.out.printf(
        "Again: bin/myelin system --target cluster --seed %d --minutes %s --records-per-second %d%n",
        SEED, LENGTH_MS / 60e3, RECORDS_PER_SECOND);
    LocalCluster.Shape shape =
        LocalCluster.Shape.ofThree(Ports.freeRange(LocalCluster.Shape.PORTS));
    try (LocalCluster cluster = LocalCluster.harmable(HOME, folder, shape, DISK_BYTES)) {
      LoadPlan plan =
          LoadPlan.standard(
              cluster.replicationFactor(), cluster.topicConfigs(), RECORDS_PER_SECOND);
      List<Fault> faults =
          FaultSchedule.generate(
              SEED, LENGTH_MS, EnumSet.allOf(FaultKind.class), Targets.of(cluster));
      assertThat(faults).extracting(Fault::kind).contains(FaultKind.KILL, FaultKind.FREEZE);
      Report report =
          new SystemRun(cluster, plan, folder.resolve("history"), System.out)
              .run(SEED, faults, LENGTH_MS);
      assertThat(report.isClean()).as(report.text()).isTrue();
      assertThat(report.text()).contains("every promise held");
      assertThat(report.totals().acknowledged()).isGreaterThan(3000);
      assertThat(report.totals().read()).isGreaterThan(10_000);
      assertThat(report.totals().committed()).isGreaterThan(50);
    }
  }
}

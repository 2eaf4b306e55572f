package io.myelin.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.system.cluster.Standalone;
import io.myelin.system.faults.Fault;
import io.myelin.system.faults.FaultKind;
import io.myelin.system.faults.FaultRunner;
import io.myelin.system.faults.FaultSchedule;
import io.myelin.system.faults.Targets;
import io.myelin.system.history.Finding;
import io.myelin.system.history.HistoryChecker;
import io.myelin.system.history.HistoryFile;
import io.myelin.system.history.Report;
import io.myelin.system.load.Load;
import io.myelin.system.load.LoadPlan;
import io.myelin.system.load.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole chain, from processes and faults to the verdict, for a minute; and proof that the
 * verdict can be the other one.
 */
final class SystemTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long SEED = 259;
  private static final long LENGTH_MS = 45_000;
  private static final long PLANTED_LENGTH_MS = 4_000;
  private static final long DISK_BYTES = 256L << 20;
  private static final LoadPlan PLAN = LoadPlan.standard((short) 1, Map.of(), 100);

  @TempDir Path folder;

  @Test
  void keepsItsPromisesUnderFaults() throws Exception {
    System.out.printf(
        "Again: bin/myelin system --seed %d --minutes %s --records-per-second %d%n",
        SEED, LENGTH_MS / 60e3, PLAN.recordsPerSecond());
    try (Standalone standalone = Standalone.in(HOME, folder, DISK_BYTES)) {
      List<Fault> faults =
          FaultSchedule.generate(
              SEED, LENGTH_MS, EnumSet.allOf(FaultKind.class), Targets.of(standalone));
      assertThat(faults).extracting(Fault::kind).contains(FaultKind.KILL);
      Report report =
          new SystemRun(standalone, PLAN, folder.resolve("history"), System.out)
              .run(SEED, faults, LENGTH_MS);
      assertThat(report.isClean()).as(report.text()).isTrue();
      assertThat(report.totals().acknowledged()).isGreaterThan(3000);
      assertThat(report.totals().read()).isGreaterThan(10_000);
      assertThat(report.totals().committed()).isGreaterThan(50);
      assertThat(report.totals().resumed()).isGreaterThanOrEqualTo(PLAN.partitions());
    }
  }

  /** After a kill: at an orderly stop the broker notes how much it has, and would notice. */
  @Test
  void reportsALogThatWasTruncatedBehindTheBrokersBackAsLost() throws Exception {
    Report report = runAndTamper(Standalone::kill, data -> Tampering.truncate(data, "system"));
    assertThat(report.counts()).as(report.text()).containsKey(Finding.Kind.LOST);
  }

  @Test
  void reportsABatchThatWasCopiedBehindTheBrokersBackAsDuplicated() throws Exception {
    Report report = runAndTamper(Standalone::stop, data -> Tampering.repeatABatch(data, "system"));
    assertThat(report.counts()).as(report.text()).containsKey(Finding.Kind.DUPLICATED);
  }

  /** How the process ends. */
  private interface End {
    void of(Standalone standalone, String process) throws InterruptedException;
  }

  /** What is done to the data between two starts. */
  private interface Plant {
    void at(Path dataDir) throws IOException;
  }

  private Report runAndTamper(End end, Plant plant) throws Exception {
    Path history = folder.resolve("history");
    try (Standalone standalone = Standalone.in(HOME, folder, DISK_BYTES);
        Recorder recorder = new Recorder(history)) {
      standalone.start();
      try (Load load = new Load(PLAN, standalone.bootstrap(), recorder, SEED)) {
        load.start();
        new FaultRunner(standalone, System.out).run(List.of(), PLANTED_LENGTH_MS);
        load.stopProducing();
        String process = standalone.processes().getFirst();
        end.of(standalone, process);
        plant.at(standalone.dataDir());
        standalone.start(process);
        load.audit();
      }
      recorder.close();
      return HistoryChecker.check(new HistoryFile(history), standalone.promises());
    }
  }
}

package io.myelin.system;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.faults.Fault;
import io.myelin.system.faults.FaultKind;
import io.myelin.system.faults.FaultSchedule;
import io.myelin.system.faults.Targets;
import io.myelin.system.history.Report;
import io.myelin.system.load.LoadPlan;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bin/myelin system",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a cluster under load and faults, and checks what its clients saw.",
      "Prints the seed, and the command that repeats the same faults at the same times."
    })
final class RunCommand implements Callable<Integer> {
  // Besides the records: indexes, the offsets topic, metadata.
  private static final long DISK_SPARE_BYTES = 256L << 20;

  @Option(names = "--seed", description = "Decides about faults and clients. Default: a new one.")
  private Long seed;

  @Option(
      names = "--minutes",
      defaultValue = "1",
      description = "How long clients work. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--faults",
      split = ",",
      description =
          "Which kinds; all that this cluster can have by default: ${COMPLETION-CANDIDATES}.")
  private Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);

  @Option(
      names = "--target",
      defaultValue = "standalone",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ClusterKind target;

  @Option(
      names = "--records-per-second",
      defaultValue = "200",
      description = "Of each of the four producers. Default: ${DEFAULT-VALUE}.")
  private int recordsPerSecond;

  @Option(
      names = "--base-port",
      defaultValue = "19092",
      description = "Of a cluster; it uses 400 ports from there on. Default: ${DEFAULT-VALUE}.")
  private int basePort;

  @Option(
      names = "--dir",
      description = "For data, logs and the history; new. Default: a temporary one.")
  private Path dir;

  @Override
  public Integer call() throws Exception {
    if (seed == null) {
      seed = new Random().nextLong(1_000_000_000);
    }
    Path folder = dir != null ? Files.createDirectories(dir) : Files.createTempDirectory("system-");
    PrintStream out = System.out;
    out.printf("Seed %d; history and logs in %s. The same faults again:%n", seed, folder);
    out.println("  " + replayCommand());
    long lengthMs = (long) (minutes * Duration.ofMinutes(1).toMillis());
    try (ClusterUnderTest cluster =
        target.harmable(home(), folder, diskBytes(lengthMs / 1000), basePort)) {
      LoadPlan plan =
          LoadPlan.standard(cluster.replicationFactor(), cluster.topicConfigs(), recordsPerSecond);
      List<Fault> faults = FaultSchedule.generate(seed, lengthMs, kinds, Targets.of(cluster));
      Report report =
          new SystemRun(cluster, plan, folder.resolve("history"), out).run(seed, faults, lengthMs);
      if (!report.isClean()) {
        out.println("Seed " + seed + " again: " + replayCommand());
      }
      return report.isClean() ? 0 : 1;
    }
  }

  private String replayCommand() {
    return "bin/myelin system --target %s --seed %d --minutes %s --records-per-second %d --faults %s"
        .formatted(
            target,
            seed,
            minutes,
            recordsPerSecond,
            new TreeSet<>(kinds)
                .stream().map(FaultKind::toString).collect(Collectors.joining(",")));
  }

  private long diskBytes(long seconds) {
    // One broker may hold all replicas; half as much again for batches' heads.
    long records = LoadPlan.standard((short) 1, Map.of(), recordsPerSecond).bytesMax(seconds);
    return DISK_SPARE_BYTES + records * 3 / 2;
  }

  static Path home() {
    return Path.of(System.getProperty("myelin.home"));
  }
}

package io.myelin.simulation.cluster;

import java.util.concurrent.TimeUnit;

/** {@code bin/myelin sim}: runs seeds for a while, or one again. */
public final class SimCommand {
  private static final String USAGE =
      """
      Whole clusters on one thread, with a simulated network, disks and clocks, under random faults.

        bin/myelin sim [--minutes N] [--seed N] [--runs N]

        --minutes N   new seeds for so long; default 1
        --seed N      only this one, as a failure says; with --runs or --minutes: from this one on
        --runs N      so many
      """;

  private static final long RUNS_MAX = 1L << 40;
  private static final long NS_MAX = TimeUnit.DAYS.toNanos(365);

  private SimCommand() {}

  public static void main(String[] args) {
    long minutes = -1;
    long runs = -1;
    long seed = -1;
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length || !args[i + 1].matches("\\d+")) {
        System.err.print(USAGE);
        System.exit(args[i].equals("--help") ? 0 : 2);
      }
      long value = Long.parseLong(args[i + 1]);
      switch (args[i]) {
        case "--minutes" -> minutes = value;
        case "--seed" -> seed = value;
        case "--runs" -> runs = value;
        default -> {
          System.err.print(USAGE);
          System.exit(2);
        }
      }
    }
    if (seed >= 0 && runs < 0 && minutes < 0) {
      runs = 1;
    }
    if (seed < 0) {
      seed = System.nanoTime() >>> 10;
    }
    if (runs < 0) {
      runs = RUNS_MAX;
    }
    boolean countsRuns = minutes < 0 && runs < RUNS_MAX;
    System.exit(
        run(seed, runs, countsRuns ? NS_MAX : TimeUnit.MINUTES.toNanos(Math.max(1, minutes))));
  }

  private static int run(long firstSeed, long runs, long ns) {
    ClusterRuns.Result result = ClusterRuns.run(firstSeed, runs, ns);
    System.out.println(result.coverage());
    int failures = result.failures().size();
    System.out.println(failures == 0 ? "Everything held." : failures + " runs failed.");
    return failures == 0 ? 0 : 1;
  }
}

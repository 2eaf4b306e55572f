package io.myelin.simulation.cluster;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Runs seeds, each on one thread, and says how to run one again. */
final class ClusterRuns {
  private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(30);

  private final AtomicLong next;
  private final long endSeed;
  private final long beganNs = System.nanoTime();
  private final long durationNs;
  private final ClusterCoverage total = new ClusterCoverage();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  private long saidNs = beganNs;

  /** What came of many runs. */
  record Result(ClusterCoverage coverage, List<String> failures) {}

  private ClusterRuns(long firstSeed, long runs, long ns) {
    this.next = new AtomicLong(firstSeed);
    this.endSeed = firstSeed + runs;
    this.durationNs = ns;
  }

  /**
   * @throws AssertionError with the command that replays it
   */
  static ClusterCoverage run(long seed) {
    try {
      return new ClusterRun(seed, Seams.SOUND, null).run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          "seed %d: %s%nReplay it with: bin/myelin sim --seed %d".formatted(seed, e, seed), e);
    }
  }

  /** As many runs as there is time for, on all processors. */
  static Result run(long firstSeed, long runs, long ns) {
    ClusterRuns all = new ClusterRuns(firstSeed, runs, ns);
    List<Thread> threads =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .mapToObj(i -> Thread.ofPlatform().name("run-" + i).start(all::runSome))
            .toList();
    threads.forEach(ClusterRuns::join);
    return new Result(all.total, List.copyOf(all.failures));
  }

  private void runSome() {
    for (long seed = next.getAndIncrement();
        seed < endSeed && System.nanoTime() - beganNs < durationNs;
        seed = next.getAndIncrement()) {
      try {
        ClusterCoverage one = run(seed);
        done(one);
      } catch (AssertionError e) {
        System.out.println(e.getMessage());
        failures.add(e.getMessage());
      }
    }
  }

  private synchronized void done(ClusterCoverage one) {
    total.add(one);
    long nowNs = System.nanoTime();
    if (nowNs - saidNs > PROGRESS_NS) {
      saidNs = nowNs;
      System.out.printf(
          "%d s: %d runs, %d failed%n",
          TimeUnit.NANOSECONDS.toSeconds(nowNs - beganNs),
          total.of(ClusterCoverage.Count.RUNS) + failures.size(),
          failures.size());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

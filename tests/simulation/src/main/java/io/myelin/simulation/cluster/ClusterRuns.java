package io.myelin.simulation.cluster;

/** Runs a seed and says how to run it again. */
final class ClusterRuns {
  private ClusterRuns() {}

  /**
   * @throws AssertionError with the command that replays it
   */
  static ClusterCoverage run(long seed) {
    try {
      return new ClusterRun(seed, Seams.SOUND, line -> {}).run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          "seed %d: %s%nReplay it with: bin/myelin sim --seed %d".formatted(seed, e, seed), e);
    }
  }
}

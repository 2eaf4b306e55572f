package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulator is worth what it finds: each bug by itself has to be noticed. */
class PlantedBugsTest {
  /**
   * A change of anything makes other runs of the seeds: the next ones have to find it then. One bug
   * is found by a seed in a hundred.
   */
  private static final int SEEDS = 600;

  @ParameterizedTest
  @EnumSource
  void findsThePlantedBug(PlantedBugs bug) {
    for (long seed = bug.seed; seed < bug.seed + SEEDS; seed++) {
      try {
        new ClusterRun(seed, bug.seams(), null).run();
      } catch (RuntimeException | Error found) {
        System.out.println(bug + ": seed " + seed + " finds it: " + firstLine(found));
        return;
      }
    }
    fail("%s was not found by %d seeds from %d on", bug, SEEDS, bug.seed);
  }

  private static String firstLine(Throwable found) {
    return found.toString().lines().findFirst().orElse("");
  }
}

package io.myelin.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Runs the broker through bad days; see {@link BrokerRun} for one of them. */
class BrokerSimulationTest {
  private static final long FIRST_SEED = 1;
  private static final long RETRIABLE_FORCE_SEED = 3;

  // Below this a run of the build has tested less than it should have.
  private static final int RUNS_MIN = 5;

  @Test
  void keepsItsPromisesThroughCrashes() {
    String seed = System.getProperty("sim.seed", "");
    Coverage total = new Coverage();
    if (!seed.isEmpty()) {
      total.add(run(Long.parseLong(seed)));
      System.out.println(total);
      return;
    }
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("sim.seconds", 45));
    for (long next = FIRST_SEED;
        next < FIRST_SEED + RUNS_MIN || System.nanoTime() < endNs;
        next++) {
      total.add(run(next));
    }
    System.out.println(total);
    assertThat(total.acknowledgedBatches).isGreaterThan(100 * total.runs);
    assertThat(total.idempotentBatches).isGreaterThan(50 * total.runs);
    assertThat(total.recordsRead).isGreaterThan(1000 * total.runs);
    assertThat(total.offsetCommits).isGreaterThan(10 * total.runs);
    assertThat(total.kills + total.powerLosses).isGreaterThan(2 * total.runs);
    assertThat(total.killsWithinTasks).isPositive();
    assertThat(total.crashesWhileStarting).isPositive();
    assertThat(total.powerLosses).isPositive();
    assertThat(total.fullDisks).isPositive();
    assertThat(total.failedSyncs).isPositive();
    assertThat(total.topicsDeleted).isPositive();
    assertThat(total.recordsDeleted).isPositive();
    assertThat(total.bitFlipsNoticed).isEqualTo(total.bitFlips);
  }

  /** A change of anything makes other runs of the seeds: one of the next has to find it then. */
  @Test
  void findsTheBugThatAForceWithoutRoomCountsAsRetriable() {
    for (long seed = RETRIABLE_FORCE_SEED; seed < RETRIABLE_FORCE_SEED + 50; seed++) {
      try {
        new BrokerRun(seed, RetriableForces::new, line -> {}).run();
      } catch (Exception | Error found) {
        System.out.println("Retriable forces: seed " + seed + " finds them: " + found.getMessage());
        return;
      }
    }
    fail("was not found by 50 seeds from %d on", RETRIABLE_FORCE_SEED);
  }

  @Test
  void repeatsARunEventByEvent() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    run(FIRST_SEED, first::add);
    run(FIRST_SEED, second::add);
    assertThat(second).isEqualTo(first);
  }

  private static Coverage run(long seed) {
    return run(seed, line -> {});
  }

  private static Coverage run(long seed, Consumer<String> trace) {
    try {
      return new BrokerRun(seed, UnaryOperator.identity(), trace).run();
    } catch (Exception | Error e) {
      throw new AssertionError(
          "seed "
              + seed
              + ": "
              + e.getMessage()
              + "\nReplay it with: mvn -pl tests/simulation -am test -Dsim.seed="
              + seed,
          e);
    }
  }
}

package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs whole clusters through bad days; see {@link ClusterRun} for one of them. */
class ClusterSimulationTest {
  private static final long FIRST_SEED = 1;

  @Test
  void keepsItsPromisesInEveryRun() {
    String seed = System.getProperty("cluster.seed", "");
    if (!seed.isEmpty()) {
      System.out.println(ClusterRuns.run(Long.parseLong(seed)));
      return;
    }
    long runs = Long.getLong("cluster.runs", 2_000);
    ClusterRuns.Result result = ClusterRuns.run(FIRST_SEED, runs, Long.MAX_VALUE);
    System.out.println(result.coverage());
    assertThat(result.failures()).isEmpty();
    assertThat(result.coverage().of(ClusterCoverage.Count.RUNS)).isEqualTo(runs);
    assertThat(result.coverage().of(ClusterCoverage.Count.MOVES)).isGreaterThan(runs / 5);
    for (FaultKind kind : FaultKind.values()) {
      // A kind is one of two dozen, and a run has at least two faults, of which half do something.
      assertThat(result.coverage().of(kind)).as(kind.name()).isGreaterThan(runs / 24);
    }
    for (Count count : List.of(Count.POWER_LOSSES, Count.LAST_KNOWN_ELECTIONS, Count.LOSSES)) {
      assertThat(result.coverage().of(count)).as(count.name()).isGreaterThan(runs / 24);
    }
  }

  @Test
  void repeatsARunEventByEvent() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    new ClusterRun(FIRST_SEED, Seams.SOUND, first::add).run();
    new ClusterRun(FIRST_SEED, Seams.SOUND, second::add).run();
    assertThat(second).isEqualTo(first);
  }
}

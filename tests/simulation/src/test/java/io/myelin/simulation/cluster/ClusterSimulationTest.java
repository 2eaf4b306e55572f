package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs a whole cluster through bad days; see {@link ClusterRun} for one of them. */
final class ClusterSimulationTest {

  @Test
  void keepsItsPromises() {
    for (long seed = 1; seed <= 20; seed++) {
      long began = System.nanoTime();
      ClusterCoverage coverage = new ClusterRun(seed, Seams.SOUND, line -> {}).run();
      System.out.println(seed + " " + (System.nanoTime() - began) / 1_000_000 + " ms " + coverage);
    }
  }

  @Test
  void repeatsARunEventByEvent() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    new ClusterRun(1, Seams.SOUND, first::add).run();
    new ClusterRun(1, Seams.SOUND, second::add).run();
    assertThat(second).isEqualTo(first);
  }
}

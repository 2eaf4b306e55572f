package io.myelin.replication;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** A failing seed is printed by jqwik; {@code new ModelCluster(SEED, SOUND)} lives it again. */
final class ReplicationModelTest {

  @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
  void nothingCommittedIsLostWhileOneInSyncCopyIsIntactAndAllComeBack(@ForAll long seed) {
    ModelCluster cluster = new ModelCluster(seed, ModelCluster.Rules.SOUND);
    cluster.run(400);
    cluster.calm();
  }

  @Test
  void theModelLivesThroughWhatItIsAbout() {
    long committed = 0;
    int truncations = 0;
    int elections = 0;
    for (long seed = 0; seed < 200; seed++) {
      ModelCluster cluster = new ModelCluster(seed, ModelCluster.Rules.SOUND);
      cluster.run(400);
      committed += cluster.committedEnd();
      truncations += cluster.truncations;
      elections += cluster.elections;
    }
    assertThat(committed).isGreaterThan(1000);
    assertThat(truncations).isGreaterThan(40);
    assertThat(elections).isGreaterThan(200);
  }
}

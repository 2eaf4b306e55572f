package io.myelin.system;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.cluster.LocalCluster;
import io.myelin.system.cluster.Standalone;
import io.myelin.system.history.Promises;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Which cluster is put to the test. */
enum ClusterKind {
  /** {@code bin/myelin up}. */
  STANDALONE,

  /** {@code bin/myelin cluster up}, with three of everything. */
  CLUSTER;

  /** As {@link ClusterUnderTest#promises} of a cluster of this kind. */
  Promises promises() {
    return switch (this) {
      case STANDALONE -> new Promises(true);
      case CLUSTER -> new Promises(false);
    };
  }

  /**
   * @param diskBytes for the data of one broker, where it gets a disk of its own
   */
  ClusterUnderTest in(Path home, Path folder, long diskBytes, int basePort)
      throws IOException, InterruptedException {
    return switch (this) {
      case STANDALONE -> Standalone.in(home, folder, diskBytes);
      case CLUSTER ->
          LocalCluster.in(home, folder, LocalCluster.Shape.ofThree(basePort), diskBytes);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

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

  private static final long DISK_BYTES = 1L << 30;

  /** As {@link ClusterUnderTest#promises} of a cluster of this kind. */
  Promises promises() {
    return switch (this) {
      case STANDALONE -> new Promises(true);
      case CLUSTER -> new Promises(false);
    };
  }

  /**
   * Its connections can be cut and its disks be filled.
   *
   * @param diskBytes for the data of one broker, where it gets a disk of its own
   */
  ClusterUnderTest harmable(Path home, Path folder, long diskBytes, int basePort)
      throws IOException, InterruptedException {
    return switch (this) {
      case STANDALONE -> Standalone.in(home, folder, diskBytes);
      case CLUSTER ->
          LocalCluster.harmable(home, folder, LocalCluster.Shape.ofThree(basePort), diskBytes);
    };
  }

  /** As a person would start it: nothing stands between its processes, or them and clients. */
  ClusterUnderTest direct(Path home, Path folder, int basePort)
      throws IOException, InterruptedException {
    return switch (this) {
      case STANDALONE -> Standalone.in(home, folder, DISK_BYTES);
      case CLUSTER -> LocalCluster.direct(home, folder, LocalCluster.Shape.withOneEtcd(basePort));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.sim.SimDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StandaloneClusterTest {
  private static final HostPort ANY_FREE = new HostPort("127.0.0.1", 0);
  private static final Settings SETTINGS =
      new Settings(List.of(Path.of("/data")), ANY_FREE, ANY_FREE, ANY_FREE, Map.of());

  @Test
  void aFirstStartSaysWhatToDoWhereverTheDiskIsFull() {
    int refusals = 0;
    for (long capacityBytes = 0; !starts(capacityBytes); capacityBytes += 16) {
      refusals++;
    }

    assertThat(refusals).isGreaterThan(3);
  }

  private static boolean starts(long capacityBytes) {
    SimDisk disk = new SimDisk(1);
    disk.setCapacity(capacityBytes);
    try (Environment real = JdkEnvironment.create()) {
      Environment env =
          new Environment(
              real.clock(),
              real.scheduler(),
              real.threads(),
              disk,
              real.randomness(),
              real.network());
      try (StandaloneCluster cluster =
          new StandaloneCluster(SETTINGS, new SimpleMeterRegistry(), LogLevels.NONE, env)) {
        cluster.start();
        return true;
      } catch (StartException e) {
        assertThat(e)
            .as("%d bytes", capacityBytes)
            .hasMessageContaining("no space left")
            .hasMessageContaining("--data-dir");
        return false;
      }
    }
  }
}

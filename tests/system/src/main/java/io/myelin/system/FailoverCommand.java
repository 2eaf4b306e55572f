package io.myelin.system;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.pauses.Failover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = "Measures how long no write is acknowledged after one process is harmed.")
final class FailoverCommand implements Callable<Integer> {
  private static final long DISK_BYTES = 1L << 30;

  @Option(
      names = "--times",
      defaultValue = "10",
      description = "How often each fault is repeated. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(
      names = "--target",
      defaultValue = "standalone",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ClusterKind target;

  @Option(
      names = "--base-port",
      defaultValue = "19092",
      description = "Of a cluster; it uses 400 ports from there on. Default: ${DEFAULT-VALUE}.")
  private int basePort;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("failover-");
    try (ClusterUnderTest cluster = target.in(RunCommand.home(), folder, DISK_BYTES, basePort)) {
      cluster.start();
      try (Failover failover = new Failover(cluster)) {
        failover.measure(times);
        System.out.println(failover.gaps().table());
        if (cluster.replicationFactor() > 1) {
          System.out.println(failover.metadataPauses().table());
        }
      }
      return 0;
    }
  }
}

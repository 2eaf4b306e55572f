package io.myelin.system;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.pauses.Failover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how long no write is acknowledged after one process is harmed, in milliseconds.",
      "Ends with an error if one reached the writer or the reader in a rolling restart."
    })
final class FailoverCommand implements Callable<Integer> {
  @Option(
      names = "--times",
      defaultValue = "10",
      description = "How often each fault is repeated. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(
      names = "--only",
      defaultValue = "",
      description = "Only faults whose name has this in it, such as 'rolling restart'.")
  private String only;

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

  @Option(
      names = "--quiet-seconds",
      defaultValue = "60",
      description =
          "How long the metadata's revision is watched while clients work. Default: ${DEFAULT-VALUE}.")
  private int quietSeconds;

  @Option(names = "--json", description = "A file for every single figure.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("failover-");
    System.out.println("Data and logs are in " + folder);
    try (ClusterUnderTest cluster = target.direct(RunCommand.home(), folder, basePort)) {
      cluster.start();
      try (Failover failover = new Failover(cluster)) {
        long revisions = failover.revisionsDuring(Duration.ofSeconds(quietSeconds));
        if (revisions >= 0) {
          System.out.printf(
              "While clients worked for %d s, the metadata's revision moved by %d%n",
              quietSeconds, revisions);
        }
        try {
          failover.measure(times, only);
        } finally {
          System.out.println(failover.pauses().table());
          System.out.printf(
              "Errors that reached the writer or the reader: %d, of them in rolling restarts: %d%n",
              failover.errors().total(), failover.errorsInRestarts());
          failover
              .errors()
              .counts()
              .forEach((what, count) -> System.out.println(count + " times " + what));
          if (json != null) {
            Files.writeString(json, failover.pauses().json());
          }
        }
      }
      return 0;
    }
  }
}

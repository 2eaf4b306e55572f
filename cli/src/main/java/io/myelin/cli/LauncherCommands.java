package io.myelin.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What bin/myelin does before it asks this program: known here for completion only. Stateless. */
final class LauncherCommands {
  private static final String[] CLUSTER_SHAPE = {
    "--dir",
    "--brokers",
    "--controllers",
    "--etcd-members",
    "--etcd",
    "--etcd-prefix",
    "--kafka-base-port",
    "--grpc-base-port",
    "--http-base-port",
    "--etcd-base-port"
  };

  private LauncherCommands() {}

  static void addTo(CommandLine root) {
    root.addSubcommand("up", taking("--data-dir", "--kafka", "--http", "--advertise", "--config"))
        .addSubcommand("cluster", cluster())
        .addSubcommand(
            "metadata",
            taking()
                .addSubcommand("export", taking("--data-dir", "--to"))
                .addSubcommand("import", taking("--from", "--etcd", "--etcd-prefix")))
        .addSubcommand("build", taking())
        .addSubcommand("test", taking().addOption(OptionSpec.builder("--containers").build()))
        .addSubcommand("bench", bench())
        .addSubcommand("system", system())
        .addSubcommand("sim", taking("--minutes", "--seed", "--runs"))
        .addSubcommand("fmt", taking())
        .addSubcommand("help", taking());
  }

  private static CommandSpec cluster() {
    CommandSpec cluster = taking();
    for (String action : new String[] {"up", "configure"}) {
      cluster.addSubcommand(action, taking(CLUSTER_SHAPE));
    }
    for (String action : new String[] {"down", "start", "stop", "status"}) {
      cluster.addSubcommand(action, taking("--dir"));
    }
    return cluster;
  }

  private static CommandSpec bench() {
    CommandSpec bench = taking();
    for (String kind : new String[] {"peer", "controller", "jmh"}) {
      bench.addSubcommand(kind, taking());
    }
    return bench;
  }

  private static CommandSpec system() {
    return taking(
            "--target",
            "--seed",
            "--minutes",
            "--faults",
            "--records-per-second",
            "--base-port",
            "--dir")
        .addSubcommand("check", taking("--target"))
        .addSubcommand(
            "failover",
            taking("--times", "--only", "--target", "--base-port", "--quiet-seconds", "--json"));
  }

  /**
   * @param options each with one value
   */
  private static CommandSpec taking(String... options) {
    CommandSpec command = CommandSpec.create();
    for (String option : options) {
      command.addOption(OptionSpec.builder(option).type(String.class).build());
    }
    return command;
  }
}

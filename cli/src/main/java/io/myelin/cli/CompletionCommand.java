package io.myelin.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a completion script for a shell.",
    footer = {
      "",
      "bash:  source <(bin/myelin completion bash)",
      "zsh:   source <(bin/myelin completion zsh)"
    })
final class CompletionCommand implements Runnable {
  enum Kind {
    bash,
    zsh
  }

  /** What the launcher does before we are asked. */
  private static final List<String> LAUNCHER_COMMANDS = List.of("build", "test", "fmt", "help");

  private static final List<String> UP_OPTIONS =
      List.of("--data-dir", "--kafka", "--http", "--advertise", "--config");

  private final Shell shell;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Kind kind;

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    CommandLine root = Main.commandLine(shell);
    LAUNCHER_COMMANDS.forEach(name -> root.addSubcommand(name, CommandSpec.create()));
    CommandSpec up = CommandSpec.create();
    UP_OPTIONS.forEach(name -> up.addOption(OptionSpec.builder(name).type(String.class).build()));
    root.addSubcommand("up", up);
    CommandSpec bench = CommandSpec.create();
    bench.addSubcommand("peer", CommandSpec.create());
    bench.addSubcommand("jmh", CommandSpec.create());
    root.addSubcommand("bench", bench);
    if (kind == Kind.zsh) {
      shell.out().println("autoload -U +X compinit && compinit");
      shell.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    shell.out().println(AutoComplete.bash("myelin", root));
  }
}

package io.myelin.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

  private final Shell shell;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Kind kind;

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    CommandLine root = Main.commandLine(shell);
    LauncherCommands.addTo(root);
    if (kind == Kind.zsh) {
      shell.out().println("autoload -U +X compinit && compinit");
      shell.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    shell.out().println(AutoComplete.bash("myelin", root));
  }
}

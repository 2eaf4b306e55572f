package io.myelin.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The command line. Exit codes: 0 done, 1 failed, 2 misunderstood. */
@Command(
    name = "myelin",
    mixinStandardHelpOptions = true,
    version = "Myelin 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    description = "Work with topics, records, groups and settings of a cluster.")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Shell shell = new ProcessShell();
    int exitCode = commandLine(shell).execute(args);
    shell.out().flush();
    System.exit(exitCode);
  }

  static CommandLine commandLine(Shell shell) {
    CommandLine root = new CommandLine(new Main());
    root.addSubcommand(new TopicsCommand(shell))
        .addSubcommand(new ProduceCommand(shell))
        .addSubcommand(new ConsumeCommand(shell))
        .addSubcommand(new GroupsCommand(shell))
        .addSubcommand(new ConfigsCommand(shell))
        .addSubcommand(new CompletionCommand(shell));
    root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
    root.setColorScheme(CommandLine.Help.defaultColorScheme(shell.colours() ? Ansi.ON : Ansi.OFF));
    root.setParameterExceptionHandler((error, args) -> misunderstood(shell, error));
    root.setExecutionExceptionHandler((error, command, result) -> failed(shell, error));
    return root;
  }

  private static int misunderstood(Shell shell, ParameterException error) {
    CommandLine command = error.getCommandLine();
    shell.err().println("myelin: " + error.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, command.getErr())) {
      shell.err().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Shell shell, Exception error) {
    shell.err().println("myelin: " + Errors.sentence(Errors.root(error)));
    return CommandLine.ExitCode.SOFTWARE;
  }
}

package io.myelin.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Asks before something is gone for good: an option of commands that delete. */
final class Confirm {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask; needed when nobody is there to answer.")
  private boolean yes;

  void require(Shell shell, String question) {
    if (yes) {
      return;
    }
    if (!shell.inIsTerminal()) {
      throw new UserError(question + " Nobody is there to ask: add --yes if you mean it.");
    }
    shell.err().print(question + " [y/N] ");
    shell.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8)).readLine();
      if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
        throw new UserError("nothing was deleted.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

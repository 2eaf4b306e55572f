package io.myelin.system;

import io.myelin.system.faults.FaultKind;
import picocli.CommandLine;

/** {@code bin/myelin system}. Exit codes: 0 every promise held, 1 not, 2 misunderstood. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new RunCommand())
            .addSubcommand(new CheckCommand())
            .addSubcommand(new FailoverCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(FaultKind.class, FaultKind::parse)
            .execute(args));
  }
}

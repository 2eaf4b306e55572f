package io.myelin.cli;

import picocli.CommandLine.Option;

/** For people or for scripts: an option of every command that prints something. */
final class Format {
  enum Kind {
    table,
    json
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Kind kind;

  boolean isJson() {
    return kind == Kind.json;
  }
}

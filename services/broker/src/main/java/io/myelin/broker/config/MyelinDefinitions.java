package io.myelin.broker.config;

import java.util.Map;

/** Our own keys. docs/configuration.md lists them, and a test compares. */
public final class MyelinDefinitions {
  /** By name. */
  public static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          myelin.http.listener | STRING | localhost:8080 | MEDIUM | - | static | HOST:PORT for health, metrics and log levels.
          """,
          true);

  private MyelinDefinitions() {}
}

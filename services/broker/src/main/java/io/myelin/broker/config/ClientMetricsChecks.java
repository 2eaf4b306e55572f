package io.myelin.broker.config;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;

/** What a subscription to clients' metrics (KIP-714) may say, with Kafka's messages. */
final class ClientMetricsChecks {
  /** Their names and types. */
  static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          metrics | LIST |  | MEDIUM | - | Prefixes of the metrics that clients shall report.
          interval.ms | INT | 300000 | MEDIUM | - | Milliseconds between two reports.
          match | LIST |  | MEDIUM | - | Which clients are meant, as NAME=PATTERN.
          """,
          false);

  private static final int INTERVAL_MS_MIN = 100;
  private static final int INTERVAL_MS_MAX = 3_600_000;
  private static final Set<String> MATCHED =
      Set.of(
          "client_instance_id",
          "client_id",
          "client_software_name",
          "client_software_version",
          "client_source_address",
          "client_source_port");

  private ClientMetricsChecks() {}

  static void check(Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!ALL.containsKey(name)) {
        throw new InvalidRequestException("Unknown client metrics configuration: " + name);
      }
    }
    settings.forEach(
        (name, value) -> {
          Object parsed;
          try {
            parsed = ConfigDef.parseType(name, value, ALL.get(name).type());
          } catch (ConfigException e) {
            throw new InvalidConfigurationException(e.getMessage());
          }
          if (name.equals("interval.ms")) {
            checkInterval((Integer) parsed);
          } else if (name.equals("match")) {
            ConfigDefinition.asList(parsed).forEach(ClientMetricsChecks::checkMatch);
          }
        });
  }

  private static void checkInterval(int intervalMs) {
    if (intervalMs < INTERVAL_MS_MIN || intervalMs > INTERVAL_MS_MAX) {
      throw new InvalidRequestException(
          "Invalid value "
              + intervalMs
              + " for interval.ms, interval must be between 100 and 3600000 (1 hour)");
    }
  }

  private static void checkMatch(String match) {
    String[] parts = match.split("=");
    if (parts.length != 2 || !MATCHED.contains(parts[0].trim()) || !compiles(parts[1].trim())) {
      throw new InvalidConfigurationException("Illegal client matching pattern: " + match);
    }
  }

  private static boolean compiles(String pattern) {
    try {
      Pattern.compile(pattern);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}

package io.myelin.broker.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Rules that are more than a range or a choice. */
final class ConfigRules {
  private ConfigRules() {}

  static final ConfigDef.Validator GZIP_LEVEL =
      (name, value) -> {
        if (value == null) {
          throw new ConfigException(name, null, "Value must be non-null");
        }
        int level = (Integer) value;
        if (level > 9 || (level < 1 && level != -1)) {
          throw new ConfigException(name, value, "Value must be between 1 and 9 or equal to -1");
        }
      };

  static final ConfigDef.Validator THROTTLED_REPLICAS =
      (name, value) -> {
        List<String> replicas =
            ConfigDefinition.asList(value).stream()
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .toList();
        boolean all = replicas.equals(List.of("*"));
        if (!all && !replicas.stream().allMatch(s -> s.matches("[0-9]+:[0-9]+"))) {
          throw new ConfigException(
              name,
              value,
              name
                  + " must be the literal '*' or a list of replicas in the following format:"
                  + " [partitionId]:[brokerId],[partitionId]:[brokerId],...");
        }
      };

  static final ConfigDef.Validator SHARE_OFFSET_RESET =
      (name, value) -> {
        String text = String.valueOf(value).toLowerCase(Locale.ROOT);
        if (text.equals("latest") || text.equals("earliest")) {
          return;
        }
        try {
          boolean duration =
              text.startsWith("by_duration:")
                  && !Duration.parse(text.substring("by_duration:".length())).isNegative();
          if (duration) {
            return;
          }
        } catch (DateTimeParseException e) {
          throw badReset(name, value);
        }
        throw badReset(name, value);
      };

  private static ConfigException badReset(String name, Object value) {
    return new ConfigException(
        name,
        value,
        "Invalid value `"
            + value
            + "` for configuration "
            + name
            + ". The value must be either 'earliest', 'latest' or of the format"
            + " 'by_duration:<PnDTnHnMn.nS>'.");
  }
}

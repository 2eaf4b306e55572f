package io.myelin.broker.config;

import io.myelin.broker.config.ConfigDefinition.Update;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Reads definitions from a table, one a line: name, type, default, importance, rule, (update,)
 * documentation, separated by bars. An update may be followed by a comma and "ignored".
 */
final class ConfigTable {
  /** Follows the update of a key that is ignored. */
  private static final String IGNORED = ", ignored";

  private ConfigTable() {}

  static Map<String, ConfigDefinition> parse(String table, boolean withUpdate) {
    Map<String, ConfigDefinition> definitions = new LinkedHashMap<>();
    table
        .lines()
        .forEach(
            line -> {
              String[] cells = line.split(" \\| ?", withUpdate ? 7 : 6);
              ConfigDef.Type type = ConfigDef.Type.valueOf(cells[1]);
              definitions.put(
                  cells[0],
                  new ConfigDefinition(
                      cells[0],
                      type,
                      cells[2].equals("null") || cells[2].equals("<none>") ? null : cells[2],
                      ConfigDef.Importance.valueOf(cells[3]),
                      rule(cells[4], type),
                      withUpdate ? update(cells[5]) : Update.CLUSTER,
                      withUpdate && cells[5].endsWith(IGNORED),
                      cells[cells.length - 1]));
            });
    return Collections.unmodifiableMap(definitions);
  }

  private static Update update(String cell) {
    return Update.valueOf(cell.replace(IGNORED, "").toUpperCase(Locale.ROOT));
  }

  private static ConfigDef.Validator rule(String cell, ConfigDef.Type type) {
    if (cell.equals("-")) {
      return null;
    } else if (cell.startsWith(">= ")) {
      return ConfigDef.Range.atLeast(number(cell.substring(3), type));
    } else if (cell.startsWith("list of ")) {
      return ConfigDef.ValidList.in(cell.substring(8).split(","));
    } else if (cell.startsWith("one of ")) {
      return ConfigDef.ValidString.in(cell.substring(7).split(","));
    } else if (cell.startsWith("any case ")) {
      return ConfigDef.CaseInsensitiveValidString.in(cell.substring(9).split(","));
    } else if (cell.equals("-1 or 1..9")) {
      return ConfigRules.GZIP_LEVEL;
    } else if (cell.equals("throttled replicas")) {
      return ConfigRules.THROTTLED_REPLICAS;
    } else if (cell.equals("share offset reset")) {
      return ConfigRules.SHARE_OFFSET_RESET;
    }
    int dots = cell.indexOf("..");
    return ConfigDef.Range.between(
        number(cell.substring(0, dots), type), number(cell.substring(dots + 2), type));
  }

  private static Number number(String text, ConfigDef.Type type) {
    return switch (type) {
      // Kafka bounds its doubles by whole numbers, and says so in its messages.
      case DOUBLE -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case SHORT -> Short.valueOf(text);
      default -> Integer.valueOf(text);
    };
  }
}

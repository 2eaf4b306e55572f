package io.myelin.standalone;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command line's flags; each takes one value, as {@code --flag VALUE} or {@code --flag=VALUE}.
 */
enum Flag {
  DATA_DIR("log.dirs"),
  KAFKA("listeners"),
  ADVERTISE("advertised.listeners"),
  HTTP(SettingsReader.HTTP_KEY),
  CONFIG("--config");

  private final String key;

  Flag(String key) {
    this.key = key;
  }

  String text() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String variable() {
    return "MYELIN_" + name();
  }

  /** The key in the file of settings that says the same. */
  String key() {
    return key;
  }

  static Map<Flag, String> parse(String... args) {
    Map<Flag, String> values = new EnumMap<>(Flag.class);
    for (int i = 0; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      Flag flag = named(equals < 0 ? args[i] : args[i].substring(0, equals));
      if (equals >= 0) {
        values.put(flag, args[i].substring(equals + 1));
      } else if (i + 1 < args.length) {
        values.put(flag, args[++i]);
      } else {
        throw new StartException(flag.text() + " needs a value after it");
      }
    }
    return values;
  }

  private static Flag named(String text) {
    for (Flag flag : values()) {
      if (flag.text().equals(text)) {
        return flag;
      }
    }
    throw new StartException(
        "there is no flag "
            + text
            + "; the flags are "
            + Arrays.stream(values()).map(Flag::text).collect(Collectors.joining(" ")));
  }
}

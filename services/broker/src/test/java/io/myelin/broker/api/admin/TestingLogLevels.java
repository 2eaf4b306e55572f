package io.myelin.broker.api.admin;

import java.util.HashMap;
import java.util.Map;

/** Two loggers, the root and {@code io.myelin}. */
final class TestingLogLevels implements LogLevels {
  final Map<String, String> levels =
      new HashMap<>(Map.of(LogLevels.ROOT, "INFO", "io.myelin", "INFO"));

  @Override
  public Map<String, String> all() {
    return Map.copyOf(levels);
  }

  @Override
  public boolean accepts(String logger) {
    return levels.containsKey(logger);
  }

  @Override
  public void set(String logger, String level) {
    levels.put(logger, level);
  }

  @Override
  public void reset(String logger) {
    levels.put(logger, levels.get(LogLevels.ROOT));
  }
}

package io.myelin.broker.api.admin;

import java.util.Map;

/**
 * The levels of this process's loggers, by the names that Kafka's tools use: TRACE, DEBUG, INFO,
 * WARN, ERROR, FATAL, OFF. Thread-safe, never blocks. A change lasts until the process ends.
 */
public interface LogLevels {
  /** Names the root logger. */
  String ROOT = "root";

  /** Of a process whose loggers nobody may adjust. */
  LogLevels NONE =
      new LogLevels() {
        @Override
        public Map<String, String> all() {
          return Map.of();
        }

        @Override
        public boolean accepts(String logger) {
          return false;
        }

        @Override
        public void set(String logger, String level) {
          throw new IllegalArgumentException(logger + " is not accepted");
        }

        @Override
        public void reset(String logger) {
          throw new IllegalArgumentException(logger + " is not accepted");
        }
      };

  /** The loggers of this process, the root included, each with the level that is in force. */
  Map<String, String> all();

  /**
   * Whether {@code logger} can be given a level, without which the others refuse: it exists, or
   * some code may yet ask for it.
   */
  boolean accepts(String logger);

  void set(String logger, String level);

  /** Gives {@code logger} its parent's level again. */
  void reset(String logger);
}

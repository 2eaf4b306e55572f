package io.myelin.standalone.app;

import io.myelin.broker.api.admin.LogLevels;
import jakarta.inject.Singleton;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jboss.logmanager.LogContext;

/** The loggers of JBoss LogManager, which Quarkus logs with. */
@Singleton
final class JbossLogLevels implements LogLevels {
  /** Quietest first. */
  static final List<String> LEVELS =
      List.of("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

  /**
   * Loggers are named after classes and packages; one may be given a level before its first use.
   */
  private static final Pattern NAME = Pattern.compile("[\\w$-]+(\\.[\\w$-]+)*");

  private static final Set<String> ROOTS = Set.of(ROOT, "");

  /** A logger that nobody refers to is forgotten together with its level; these must not be. */
  private final Map<String, Logger> changed = new ConcurrentHashMap<>();

  @Override
  public Map<String, String> all() {
    Map<String, String> all = new HashMap<>();
    Enumeration<String> names = LogContext.getLogContext().getLoggerNames();
    while (names.hasMoreElements()) {
      String name = names.nextElement();
      // Its packages too: a tool that asks first what there is can then adjust them.
      for (; !ROOTS.contains(name); name = name.substring(0, Math.max(name.lastIndexOf('.'), 0))) {
        all.computeIfAbsent(name, this::level);
      }
    }
    all.put(ROOT, level(ROOT));
    return all;
  }

  @Override
  public boolean accepts(String logger) {
    return NAME.matcher(logger).matches();
  }

  @Override
  public void set(String logger, String level) {
    Logger found = logger(logger);
    found.setLevel(LogContext.getLogContext().getLevelForName(level));
    changed.put(logger, found);
  }

  @Override
  public void reset(String logger) {
    LogContext context = LogContext.getLogContext();
    if (context.getLoggerIfExists(logger) != null) {
      logger(logger).setLevel(null);
    }
    changed.remove(logger);
  }

  /** The level in force. */
  String level(String logger) {
    // Not Logger.getLevel of the parents: a node without a logger may have a level.
    int effective = LogContext.getLogContext().getLogger(jbossName(logger)).getEffectiveLevel();
    String quietest = LEVELS.getFirst();
    for (String name : LEVELS) {
      Level level = LogContext.getLogContext().getLevelForName(name);
      if (level.intValue() >= effective) {
        quietest = name;
      }
    }
    return quietest;
  }

  /** Whether its level is a parent's. */
  boolean inherits(String logger) {
    return logger(logger).getLevel() == null;
  }

  private static Logger logger(String name) {
    return LogContext.getLogContext().getLogger(jbossName(name));
  }

  private static String jbossName(String name) {
    return name.equals(ROOT) ? "" : name;
  }
}

package io.myelin.broker.config;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigException;

/**
 * What broker settings must fulfil together, and how far a change at run time may go: Kafka's rules
 * and messages. Stateless; settings come as a function from names to texts, null where nothing is
 * set.
 */
final class BrokerRules {
  private static final List<String> THREADS =
      List.of("background.threads", "num.recovery.threads.per.data.dir", "num.replica.fetchers");

  private BrokerRules() {}

  /**
   * At the start and after a change.
   *
   * @throws ConfigException if a rule is broken
   */
  static void check(UnaryOperator<String> settings) {
    long cleaners = number(settings, "log.cleaner.threads");
    if (cleaners == 0
        || number(settings, "log.cleaner.dedupe.buffer.size") / cleaners <= 1024 * 1024) {
      throw new ConfigException(
          "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.");
    }
    Cordon.check(settings);
    requireAtLeast(settings, "log.roll.ms", 1);
    requireAtLeast(settings, "log.roll.jitter.ms", 0);
    if (retentionMs(settings) == 0) {
      throw new ConfigException(
          "log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
    }
    if (IpOverrides.parse(settings.apply("max.connections.per.ip.overrides")).isEmpty()
        && number(settings, "max.connections.per.ip") == 0) {
      throw new ConfigException(
          "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides"
              + " property is set.");
    }
  }

  /**
   * A change at run time; {@link #check} still has to pass.
   *
   * @throws ConfigException if it goes too far at once
   */
  static void checkChange(UnaryOperator<String> before, UnaryOperator<String> after) {
    for (String name : THREADS) {
      long old = number(before, name);
      long now = number(after, name);
      if (now < old / 2) {
        throw threads(name, now, "at least half the current value " + old);
      }
      if (now > old * 2) {
        throw threads(name, now, "not greater than double the current value " + old);
      }
    }
    long old = number(before, "log.cleaner.threads");
    long now = number(after, "log.cleaner.threads");
    if (now < old / 2) {
      throw new ConfigException(
          "Log cleaner threads cannot be reduced to less than half the current value " + old);
    }
    if (now > old * 2) {
      throw new ConfigException(
          "Log cleaner threads cannot be increased to more than double the current value " + old);
    }
    checkLocalRetention(after, "log.local.retention.ms", "log.retention.ms", retentionMs(after));
    checkLocalRetention(
        after,
        "log.local.retention.bytes",
        "log.retention.bytes",
        number(after, "log.retention.bytes"));
  }

  private static ConfigException threads(String name, long value, String bound) {
    return new ConfigException(
        "Dynamic thread count update validation failed for %s=%d, value should be %s"
            .formatted(name, value, bound));
  }

  private static void checkLocalRetention(
      UnaryOperator<String> settings, String local, String whole, long max) {
    long localMax = number(settings, local);
    if (max < 0 || localMax == -2) {
      return;
    }
    if (localMax == -1) {
      throw new ConfigException(
          local, localMax, "Value must not be -1 as %s value is set as %d.".formatted(whole, max));
    }
    if (localMax > max) {
      throw new ConfigException(
          local,
          localMax,
          "Value must not be more than %s property value: %d".formatted(whole, max));
    }
  }

  /** Of the units, the finest that is set counts; negative: unlimited. */
  private static long retentionMs(UnaryOperator<String> settings) {
    if (isSet(settings, "log.retention.ms")) {
      return number(settings, "log.retention.ms");
    }
    return isSet(settings, "log.retention.minutes")
        ? number(settings, "log.retention.minutes") * 60_000
        : number(settings, "log.retention.hours") * 3_600_000;
  }

  private static void requireAtLeast(UnaryOperator<String> settings, String name, long least) {
    if (isSet(settings, name) && number(settings, name) < least) {
      throw new ConfigException(name + " must be greater than or equal to " + least);
    }
  }

  private static boolean isSet(UnaryOperator<String> settings, String name) {
    return settings.apply(name) != null;
  }

  private static long number(UnaryOperator<String> settings, String name) {
    return Long.parseLong(settings.apply(name).trim());
  }
}

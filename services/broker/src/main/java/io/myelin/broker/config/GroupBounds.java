package io.myelin.broker.config;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** The broker's bounds on what a group may set, with Kafka's messages. */
final class GroupBounds {
  private static final List<String> BOUNDED =
      List.of(
          "consumer.heartbeat.interval.ms",
          "consumer.session.timeout.ms",
          "consumer.assignment.interval.ms",
          "share.heartbeat.interval.ms",
          "share.session.timeout.ms",
          "share.assignment.interval.ms",
          "share.record.lock.duration.ms",
          "share.delivery.count.limit",
          "share.partition.max.record.locks",
          "streams.heartbeat.interval.ms",
          "streams.session.timeout.ms",
          "streams.assignment.interval.ms",
          "streams.num.standby.replicas");

  private GroupBounds() {}

  static void check(Map<String, String> settings, BrokerConfigs broker) {
    for (String name : BOUNDED) {
      if (settings.containsKey(name)) {
        checkBounds(name, value(settings, broker, name), broker);
      }
    }
    for (String kind : List.of("consumer", "share", "streams")) {
      String session = kind + ".session.timeout.ms";
      String heartbeat = kind + ".heartbeat.interval.ms";
      if (value(settings, broker, session) <= value(settings, broker, heartbeat)) {
        throw new InvalidConfigurationException(session + " must be greater than " + heartbeat);
      }
    }
  }

  private static void checkBounds(String name, long value, BrokerConfigs broker) {
    int dot = name.indexOf('.');
    String kind = "group." + name.substring(0, dot);
    String rest = name.substring(dot + 1);
    String min = kind + ".min." + rest;
    // The names of the largest values do not repeat the "max" or "num" of the setting.
    String max =
        kind + ".max." + (rest.startsWith("num.") ? rest.substring("num.".length()) : rest);
    String smallest = broker.atStart(min);
    if (smallest != null && value < Long.parseLong(smallest)) {
      throw new InvalidConfigurationException(name + " must be greater than or equal to " + min);
    }
    String largest = broker.atStart(max);
    if (largest != null && value > Long.parseLong(largest)) {
      throw new InvalidConfigurationException(name + " must be less than or equal to " + max);
    }
  }

  private static long value(Map<String, String> settings, BrokerConfigs broker, String name) {
    String own = settings.get(name);
    return Long.parseLong(own != null ? own.trim() : broker.atStart("group." + name));
  }
}

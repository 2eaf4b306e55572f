package io.myelin.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;

/** Questions about settings. */
final class Settings {
  private Settings() {}

  static Collection<ConfigEntry> of(Admin admin, ConfigResource resource, String subject) {
    return Futures.get(
            admin
                .describeConfigs(
                    List.of(resource), new DescribeConfigsOptions().includeSynonyms(true))
                .values()
                .get(resource),
            subject)
        .entries()
        .stream()
        .sorted(Comparator.comparing(ConfigEntry::name))
        .toList();
  }

  /** Set for this topic itself, not for its broker. */
  static Map<String, String> changedOfTopic(Admin admin, String topic) {
    Map<String, String> changed = new TreeMap<>();
    of(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic), "topic '" + topic + "'")
        .forEach(
            entry -> {
              if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                changed.put(entry.name(), entry.value());
              }
            });
    return changed;
  }
}

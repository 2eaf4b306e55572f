package io.myelin.broker.config;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The effective broker configs: dynamic for this broker, dynamic for all, from the start, default.
 * Immutable, thread-safe; the dynamic ones come with the image.
 */
public final class BrokerConfigs {
  /**
   * What elections obey is the same for all brokers: a leader with a minimum of its own would
   * commit with fewer than the controller counts on.
   */
  static final Set<String> OF_ALL_BROKERS =
      Set.of("min.insync.replicas", "unclean.leader.election.enable");

  private final int nodeId;
  private final Map<String, String> given;
  private final Map<String, String> defaults;

  BrokerConfigs(int nodeId, Map<String, String> given, Map<String, String> defaults) {
    this.nodeId = nodeId;
    this.given = Map.copyOf(given);
    this.defaults = Map.copyOf(defaults);
  }

  public int nodeId() {
    return nodeId;
  }

  /** What the process was started with, by name. */
  public Map<String, String> given() {
    return given;
  }

  /** The text of a broker config when the process started, or null. */
  public String atStart(String name) {
    return given.getOrDefault(name, defaults.get(name));
  }

  /** The effective text of a broker config, or null. */
  public String value(ClusterImage image, String name) {
    return first(levels(image, List.of(name)));
  }

  public long longValue(ClusterImage image, String name) {
    return Long.parseLong(value(image, name).trim());
  }

  public double doubleValue(ClusterImage image, String name) {
    return Double.parseDouble(value(image, name).trim());
  }

  /** What {@code name} and its weaker forms have at each level, the strongest first. */
  public List<EffectiveConfig.Synonym> levels(ClusterImage image, List<String> names) {
    List<EffectiveConfig.Synonym> found = new ArrayList<>();
    add(
        found,
        names.stream().filter(name -> !OF_ALL_BROKERS.contains(name)).toList(),
        dynamic(image, Integer.toString(nodeId)),
        ConfigSource.DYNAMIC_BROKER);
    add(found, names, dynamic(image, ""), ConfigSource.DYNAMIC_DEFAULT_BROKER);
    add(found, names, given, ConfigSource.STATIC_BROKER);
    add(found, names, defaults, ConfigSource.DEFAULT);
    return found;
  }

  /** All that a client may see, by name. */
  public Map<String, EffectiveConfig> describe(ClusterImage image) {
    Map<String, EffectiveConfig> described = new TreeMap<>();
    BrokerDefinitions.ALL.values().forEach(d -> described.put(d.name(), effective(image, d)));
    for (String owner : List.of("", Integer.toString(nodeId))) {
      for (String name : dynamic(image, owner).keySet()) {
        described.computeIfAbsent(name, n -> effective(image, definitionOf(n)));
      }
    }
    return described;
  }

  /** What was set for all brokers at run time, by name. */
  public Map<String, EffectiveConfig> describeDefaults(ClusterImage image) {
    Map<String, EffectiveConfig> described = new TreeMap<>();
    dynamic(image, "")
        .forEach(
            (name, value) ->
                described.put(
                    name,
                    new EffectiveConfig(
                        definitionOf(name),
                        value,
                        ConfigSource.DYNAMIC_DEFAULT_BROKER,
                        List.of(
                            new EffectiveConfig.Synonym(
                                name, value, ConfigSource.DYNAMIC_DEFAULT_BROKER)))));
    return described;
  }

  private EffectiveConfig effective(ClusterImage image, ConfigDefinition definition) {
    List<EffectiveConfig.Synonym> levels =
        levels(image, TopicSynonyms.weaker(definition.name())).stream()
            .dropWhile(level -> !level.name().equals(definition.name()))
            .toList();
    return new EffectiveConfig(
        definition,
        first(levels),
        levels.isEmpty() ? ConfigSource.DEFAULT : levels.getFirst().source(),
        levels);
  }

  /** The definition of a key that somebody has set, be it known or not, under its full name. */
  private static ConfigDefinition definitionOf(String name) {
    ConfigDefinition known = ConfigChecks.definitionOfBroker(name);
    // Nobody knows what an unknown key holds: it is treated as a secret.
    return new ConfigDefinition(
        name,
        known == null ? ConfigDef.Type.PASSWORD : known.type(),
        null,
        known == null ? ConfigDef.Importance.LOW : known.importance(),
        null,
        known == null || !known.name().equals(name)
            ? ConfigDefinition.Update.STATIC
            : known.update(),
        known != null && known.ignored(),
        known == null ? null : known.documentation());
  }

  private static Map<String, String> dynamic(ClusterImage image, String name) {
    return image.config(new ConfigKey(ConfigKey.Type.BROKER, name));
  }

  private static String first(List<EffectiveConfig.Synonym> levels) {
    return levels.isEmpty() ? null : levels.getFirst().value();
  }

  private static void add(
      List<EffectiveConfig.Synonym> found,
      List<String> names,
      Map<String, String> values,
      ConfigSource source) {
    for (String name : names) {
      String value = values.get(name);
      if (value != null) {
        found.add(new EffectiveConfig.Synonym(name, value, source));
      }
    }
  }
}

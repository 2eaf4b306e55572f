package io.myelin.broker.config;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.pcollections.HashTreePMap;

/**
 * Whether a resource may have these settings: Kafka's rules and messages. Stateless; every refusal
 * is an exception of kafka-clients, which has its error code.
 */
public final class ConfigChecks {
  private static final Pattern OF_LISTENER = Pattern.compile("listener\\.name\\.[^.]*\\.(.*)");

  private static final int VALUE_LENGTH_MAX = Short.MAX_VALUE;

  private ConfigChecks() {}

  /** Of any resource. */
  public static void valueLengths(Map<String, String> settings) {
    for (String value : settings.values()) {
      if (value.length() > VALUE_LENGTH_MAX) {
        throw new InvalidConfigurationException(
            "The configuration value cannot be added because it exceeds the maximum value size of "
                + VALUE_LENGTH_MAX
                + " bytes.");
      }
    }
  }

  /** All of a topic's own settings. */
  public static void topic(Map<String, String> overrides) {
    for (String name : overrides.keySet()) {
      if (definitionOfTopic(name) == null) {
        throw new InvalidConfigurationException("Unknown topic config name: " + name);
      }
    }
    overrides.forEach((name, value) -> parse(definitionOfTopic(name), value));
    long min = number(overrides, "min.compaction.lag.ms", 0);
    long max = number(overrides, "max.compaction.lag.ms", Long.MAX_VALUE);
    if (min > max) {
      throw new InvalidConfigurationException(
          "conflict topic config setting min.compaction.lag.ms ("
              + min
              + ") > max.compaction.lag.ms ("
              + max
              + ")");
    }
    if ("true".equalsIgnoreCase(overrides.get("remote.storage.enable"))) {
      throw new InvalidConfigurationException(
          "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with"
              + " remote log storage.");
    }
  }

  /** The definition of a topic config, those included that clients are not shown; or null. */
  public static ConfigDefinition definitionOfTopic(String name) {
    return name.equals(TopicDefinitions.INTERNAL_SEGMENT_BYTES.name())
        ? TopicDefinitions.INTERNAL_SEGMENT_BYTES
        : TopicDefinitions.ALL.get(name);
  }

  /**
   * All dynamic settings of one broker, or of all.
   *
   * @param oneBroker false: the default of all brokers
   */
  public static void broker(Map<String, String> settings, boolean oneBroker) {
    try {
      SecurityRules.checkDynamic(settings);
    } catch (ConfigRefusedException e) {
      throw new InvalidConfigurationException(e.getMessage());
    }
    refuse(
        select(settings, name -> !ofListener(name) && !dynamic(name)),
        "Cannot update these configs dynamically",
        ". They take effect when the broker starts: set them in its configuration and restart it.");
    refuse(
        select(settings, name -> !ofListener(name) && name.startsWith("ssl.") && perListener(name)),
        "These security configs can be dynamically updated only per-listener using the listener"
            + " prefix");
    settings.forEach(
        (name, value) -> {
          ConfigDefinition definition = definitionOfBroker(name);
          if (definition != null) {
            try {
              definition.parse(value);
            } catch (ConfigException e) {
              throw new InvalidRequestException(e.getMessage());
            }
          }
        });
    if (oneBroker) {
      Set<String> ofAll = select(settings, BrokerConfigs.OF_ALL_BROKERS::contains);
      if (!ofAll.isEmpty()) {
        throw new InvalidConfigurationException(
            "Cannot set these configs for one broker: "
                + ofAll
                + ". Elections obey the same everywhere: set them for a topic, or as the default of"
                + " all brokers.");
      }
    } else {
      refuse(
          select(settings, name -> ofListener(name) || onlyPerBroker(name)),
          "Cannot update these configs at default cluster level, broker id must be specified");
    }
  }

  /**
   * What the broker would have with {@code settings} in the place of its dynamic ones, against what
   * it has.
   */
  public static void brokerChange(
      BrokerConfigs broker, ClusterImage image, ConfigKey key, Map<String, String> settings) {
    ClusterImage changed = image.withConfig(key, HashTreePMap.from(settings));
    try {
      BrokerRules.checkChange(
          name -> broker.value(image, name), name -> broker.value(changed, name));
      BrokerRules.check(name -> broker.value(changed, name));
    } catch (ConfigException e) {
      throw new InvalidRequestException(e.getMessage());
    }
  }

  /** The definition of a broker config, with or without the prefix of a listener; or null. */
  public static ConfigDefinition definitionOfBroker(String name) {
    ConfigDefinition quota = BrokerDefinitions.QUOTAS.get(name);
    if (quota != null) {
      return quota;
    }
    return BrokerDefinitions.ALL.get(withoutListener(name));
  }

  /** The name of a broker config without the prefix of a listener. */
  static String withoutListener(String name) {
    Matcher matcher = OF_LISTENER.matcher(name);
    return matcher.matches() ? matcher.group(1) : name;
  }

  /** All of a group's own settings, within the broker's bounds. */
  public static void group(Map<String, String> settings, BrokerConfigs broker) {
    for (String name : settings.keySet()) {
      if (!GroupDefinitions.ALL.containsKey(name)) {
        throw new InvalidConfigurationException("Unknown group config name: " + name);
      }
    }
    settings.forEach((name, value) -> parse(GroupDefinitions.ALL.get(name), value));
    GroupBounds.check(settings, broker);
  }

  /** A subscription to clients' metrics. */
  public static void clientMetrics(Map<String, String> settings) {
    ClientMetricsChecks.check(settings);
  }

  /** The definition of a group config, or null. */
  public static ConfigDefinition definitionOfGroup(String name) {
    return GroupDefinitions.ALL.get(name);
  }

  /** What kind of list, number or text a client metrics setting is; or null. */
  public static ConfigDefinition definitionOfClientMetrics(String name) {
    return ClientMetricsChecks.ALL.get(name);
  }

  private static void parse(ConfigDefinition definition, String value) {
    try {
      definition.parse(value);
    } catch (ConfigException e) {
      throw new InvalidConfigurationException(e.getMessage());
    }
  }

  private static long number(Map<String, String> settings, String name, long otherwise) {
    String value = settings.get(name);
    return value == null ? otherwise : Long.parseLong(value.trim());
  }

  private static boolean ofListener(String name) {
    return OF_LISTENER.matcher(name).matches();
  }

  private static boolean dynamic(String name) {
    ConfigDefinition definition = BrokerDefinitions.ALL.get(name);
    return definition == null
        // What nobody knows may be meant for a plugin, as in Kafka.
        ? !name.startsWith(MyelinDefinitions.PREFIX)
        : definition.update() != ConfigDefinition.Update.STATIC;
  }

  private static boolean onlyPerBroker(String name) {
    ConfigDefinition definition = BrokerDefinitions.ALL.get(name);
    return definition != null && definition.update() == ConfigDefinition.Update.BROKER;
  }

  private static boolean perListener(String name) {
    return name.startsWith("ssl.keystore.")
        || name.startsWith("ssl.truststore.")
        || name.equals("ssl.key.password");
  }

  private static Set<String> select(Map<String, String> settings, Predicate<String> which) {
    Set<String> selected = new TreeSet<>();
    settings.keySet().stream().filter(which).forEach(selected::add);
    return selected;
  }

  private static void refuse(Set<String> names, String why) {
    refuse(names, why, "");
  }

  private static void refuse(Set<String> names, String why, String whatToDo) {
    if (!names.isEmpty()) {
      throw new InvalidRequestException(why + ": " + names + whatToDo);
    }
  }
}

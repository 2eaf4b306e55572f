package io.myelin.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a person is told of a broker's settings that nobody here obeys. Stateless. */
public final class IgnoredSettings {
  private IgnoredSettings() {}

  /**
   * A line for each setting that is not known, and one for all that Kafka obeys. Nobody loses
   * anything with those at their defaults.
   *
   * @param settings at the start, or those that somebody changes at run time
   */
  public static List<String> warnings(Map<String, String> settings) {
    List<String> warnings = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    new TreeMap<>(settings)
        .forEach(
            (name, value) -> {
              ConfigDefinition definition = BrokerDefinitions.ALL.get(name);
              if (!isKnown(name)) {
                warnings.add("The setting " + name + " means nothing to Myelin and is ignored");
              } else if (definition != null
                  && definition.ignored()
                  && !definition.hasAsDefault(value)) {
                ignored.add(name);
              }
            });
    if (!ignored.isEmpty()) {
      warnings.add(
          "Without effect in Myelin, although Kafka has these settings: "
              + String.join(", ", ignored));
    }
    return warnings;
  }

  /** None is known under the prefix of a listener. */
  private static boolean isKnown(String name) {
    return BrokerDefinitions.ALL.containsKey(name)
        || BrokerDefinitions.QUOTAS.containsKey(name)
        || MyelinDefinitions.ALL.containsKey(name);
  }
}

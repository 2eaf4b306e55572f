package io.myelin.broker.config;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The effective configs of subscriptions to clients' metrics (KIP-714): their own, else the
 * default.
 */
public final class ClientMetricsConfigs {
  private ClientMetricsConfigs() {}

  /** All that a client may see of a subscription, by name. */
  public static Map<String, EffectiveConfig> describe(ClusterImage image, String subscription) {
    Map<String, String> own =
        image.config(new ConfigKey(ConfigKey.Type.CLIENT_METRICS, subscription));
    Map<String, EffectiveConfig> described = new TreeMap<>();
    ClientMetricsChecks.ALL.forEach(
        (name, definition) -> described.put(name, effective(definition, own.get(name))));
    return described;
  }

  private static EffectiveConfig effective(ConfigDefinition definition, String own) {
    // One level only, as Kafka shows it: there is nothing behind a subscription's own setting.
    EffectiveConfig.Synonym value =
        own == null
            ? new EffectiveConfig.Synonym(
                definition.name(), definition.defaultValue(), ConfigSource.DEFAULT)
            : new EffectiveConfig.Synonym(
                definition.name(), definition.normalized(own), ConfigSource.CLIENT_METRICS);
    return new EffectiveConfig(definition, value.value(), value.source(), List.of(value));
  }
}

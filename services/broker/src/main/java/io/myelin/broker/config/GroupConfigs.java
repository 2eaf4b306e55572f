package io.myelin.broker.config;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The effective configs of groups: the group's own, else the broker's. Pure functions of an image;
 * thread-safe.
 */
public final class GroupConfigs {
  private final BrokerConfigs broker;

  public GroupConfigs(BrokerConfigs broker) {
    this.broker = broker;
  }

  /** The effective text of a group's config. */
  public String value(ClusterImage image, String group, String name) {
    return effective(image, group, GroupDefinitions.ALL.get(name)).value();
  }

  /** All that a client may see of a group, by name. */
  public Map<String, EffectiveConfig> describe(ClusterImage image, String group) {
    Map<String, EffectiveConfig> described = new TreeMap<>();
    GroupDefinitions.ALL.forEach(
        (name, definition) -> described.put(name, effective(image, group, definition)));
    return described;
  }

  private EffectiveConfig effective(ClusterImage image, String group, ConfigDefinition definition) {
    String name = definition.name();
    List<EffectiveConfig.Synonym> synonyms = new ArrayList<>();
    String own = image.config(new ConfigKey(ConfigKey.Type.GROUP, group)).get(name);
    if (own != null) {
      synonyms.add(
          new EffectiveConfig.Synonym(name, definition.normalized(own), ConfigSource.GROUP));
    }
    String synonym = GroupDefinitions.brokerSynonym(name);
    if (synonym != null) {
      synonyms.addAll(broker.levels(image, List.of(synonym)));
    } else {
      synonyms.add(
          new EffectiveConfig.Synonym(name, definition.defaultValue(), ConfigSource.DEFAULT));
    }
    EffectiveConfig.Synonym strongest = synonyms.getFirst();
    return new EffectiveConfig(
        definition, definition.normalized(strongest.value()), strongest.source(), synonyms);
  }
}

package io.myelin.broker.config;

import java.util.List;

/**
 * A key's value and why it is that.
 *
 * @param value as text; null: none
 * @param synonyms everything that was considered, the strongest first; the first gave the value
 */
public record EffectiveConfig(
    ConfigDefinition definition, String value, ConfigSource source, List<Synonym> synonyms) {

  /** A value that a key has at one level. */
  public record Synonym(String name, String value, ConfigSource source) {}

  public String name() {
    return definition.name();
  }
}

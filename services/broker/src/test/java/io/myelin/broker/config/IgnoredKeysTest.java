package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the definitions say of being ignored is what the sources do. */
class IgnoredKeysTest {
  private final ObeyedKeys keys = ObeyedKeys.inTheSources();

  @Test
  void whatIsIgnoredIsReadByNobody() {
    assertThat(BrokerDefinitions.ALL.values())
        .filteredOn(ConfigDefinition::ignored)
        .extracting(ConfigDefinition::name)
        .isNotEmpty()
        .noneMatch(keys::isObeyed)
        .noneMatch(SecurityRules::protects);
  }

  @Test
  void whatIsReadByNobodyIsMarkedAsIgnored() {
    assertThat(BrokerDefinitions.ALL.values())
        .filteredOn(definition -> !definition.ignored())
        .extracting(ConfigDefinition::name)
        .filteredOn(name -> !SecurityRules.protects(name))
        .isNotEmpty()
        .allMatch(keys::isObeyed);
  }

  @Test
  void allOfOurOwnAreRead() {
    assertThat(MyelinDefinitions.ALL.keySet()).allMatch(keys::isObeyed);
  }
}

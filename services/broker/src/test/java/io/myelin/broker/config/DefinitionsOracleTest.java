package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** Kafka itself says what its settings are. */
class DefinitionsOracleTest {

  /** Ours have a default where Kafka demands a value. */
  private static final List<String> DEFAULTED_HERE = List.of("node.id", "process.roles");

  /** Sockets and threads are made at the start: a change is refused rather than not obeyed. */
  private static final List<String> READ_AT_START_HERE =
      List.of(
          "listener.security.protocol.map", "listeners", "num.io.threads", "num.network.threads");

  private static void assertSame(
      Map<String, ConfigDefinition> ours, Map<String, ConfigDef.ConfigKey> kafkas) {
    List<String> differences = new ArrayList<>();
    ours.forEach(
        (name, definition) -> {
          ConfigDef.ConfigKey key = kafkas.get(name);
          if (key == null) {
            differences.add(name + " is none of Kafka's");
            return;
          }
          String theirs =
              key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null;
          String facts = key.type + " " + key.importance + " " + theirs;
          String own =
              definition.type() + " " + definition.importance() + " " + definition.defaultValue();
          if (!facts.equals(own) && !DEFAULTED_HERE.contains(name)) {
            differences.add(name + ": ours " + own + ", Kafka's " + facts);
          }
        });
    assertThat(differences).isEmpty();
  }

  @Test
  void brokerConfigsHaveKafkasTypesImportancesAndDefaults() {
    assertSame(BrokerDefinitions.ALL, AbstractKafkaConfig.CONFIG_DEF.configKeys());
  }

  @Test
  void topicConfigsAreAllOfKafkasWithTheirTypesImportancesAndDefaults() {
    assertSame(TopicDefinitions.ALL, LogConfig.configKeys());
    assertThat(TopicDefinitions.ALL.keySet())
        .containsExactlyInAnyOrderElementsOf(LogConfig.nonInternalConfigNames());
  }

  @Test
  void groupConfigsAreAllOfKafkasWithTheirTypesImportancesAndDefaults() {
    assertSame(GroupDefinitions.ALL, GroupConfig.CONFIG_DEF.configKeys());
    assertThat(GroupDefinitions.ALL.keySet())
        .containsExactlyInAnyOrderElementsOf(GroupConfig.CONFIG_DEF.names());
    GroupDefinitions.ALL
        .keySet()
        .forEach(
            name ->
                assertThat(GroupDefinitions.brokerSynonym(name))
                    .as(name)
                    .isEqualTo(GroupConfig.brokerSynonym(name).orElse(null)));
  }

  @Test
  void theSameBrokerConfigsAreDynamicAsInKafka() {
    TreeSet<String> dynamic = new TreeSet<>();
    BrokerDefinitions.ALL
        .values()
        .forEach(
            definition -> {
              if (definition.update() != ConfigDefinition.Update.STATIC) {
                dynamic.add(definition.name());
              }
            });
    TreeSet<String> kafkas = new TreeSet<>(DynamicBrokerConfig.ALL_DYNAMIC_CONFIGS);
    kafkas.retainAll(BrokerDefinitions.ALL.keySet());
    kafkas.removeAll(READ_AT_START_HERE);
    assertThat(dynamic).isEqualTo(kafkas);
  }

  @Test
  void topicConfigsHaveKafkasSynonyms() {
    TopicDefinitions.ALL
        .keySet()
        .forEach(
            name -> {
              List<String> kafkas =
                  ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS
                      .getOrDefault(name, List.of())
                      .stream()
                      .map(synonym -> synonym.name())
                      .toList();
              assertThat(TopicSynonyms.behind(name))
                  .as(name)
                  .extracting(TopicSynonyms.Synonym::broker)
                  .isEqualTo(kafkas);
            });
  }

  @Test
  void valuesAreAcceptedAndRefusedAsByKafka() {
    List<String> values =
        List.of(
            "",
            "-3",
            "-2",
            "-1",
            "0",
            "1",
            "3",
            "10",
            "1.1",
            "0.5",
            "true",
            "yes",
            "delete",
            "compact,delete",
            "gzip",
            "producer",
            "CreateTime",
            "x",
            "1:1,2:2",
            "*",
            "99999999999",
            "1048576");
    List<String> differences = new ArrayList<>();
    TopicDefinitions.ALL.forEach(
        (name, definition) -> {
          for (String value : values) {
            String ours = refusal(() -> definition.parse(value));
            String kafkas = refusal(() -> LogConfig.configDefCopy().parse(Map.of(name, value)));
            if (!ours.equals(kafkas)) {
              differences.add(name + "=" + value + ": ours " + ours + ", Kafka's " + kafkas);
            }
          }
        });
    assertThat(differences).isEmpty();
  }

  private static String refusal(Runnable parse) {
    try {
      parse.run();
      return "accepted";
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }
}

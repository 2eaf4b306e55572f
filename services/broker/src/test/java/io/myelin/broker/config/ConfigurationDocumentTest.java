package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.net.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration.md");
  private static final ObeyedKeys KEYS = ObeyedKeys.inTheSources();

  @Test
  void theDocumentSaysWhatTheDefinitionsSay() throws IOException {
    String expected = render();
    Path rendered = Path.of("target/configuration.md");
    Files.createDirectories(rendered.getParent());
    Files.writeString(rendered, expected);

    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as("docs/configuration.md; services/broker/target/configuration.md is the new one")
        .isEqualTo(expected);
  }

  private static String render() {
    return """
        # Configuration

        This page is made from the definitions in `io.myelin.broker.config`; a test compares.

        Settings come from a properties file (`--config FILE`), the environment and flags; the later win.
        In the environment a key is written in capitals with `_` for `.`, after `MYELIN_CONF_`: `log.retention.ms`
        is `MYELIN_CONF_LOG_RETENTION_MS`. Keys that Myelin does not know are ignored with a warning; an unknown key
        that starts with `myelin.` stops the start.

        *static*: takes effect at the next start. *broker*: can be changed at run time, for one broker. *cluster*: can be
        changed at run time, for one broker or for all.

        **No effect**: a setting of Kafka's that is checked and shown, and that nobody obeys. A line in the log, at the start
        or when they are set at run time, names those that differ from Kafka's default. **Refused**: it would protect a
        broker of Kafka; the start, or the change, ends with its name unless it has Kafka's default, which protects nothing
        there either. That also goes for settings of plugins that are not in the table, such as `super.users`. Settings of
        one listener (`listener.name.*`) are not obeyed yet: refused if they would protect, ignored with a warning if not.
        The `ssl.` ones among them are refused at the start only: a listener that has started has no TLS to look for them.

        ## Myelin's own

        %s
        ## Broker

        With Kafka's names and types, and its defaults but for these:

        - Standalone: %s.
        - A member of a cluster: %s.
        - Not set, `num.network.threads` is the number of cores, 4 at most; `num.io.threads` is 4, for reads of what is not
          in memory; `socket.listen.backlog.size` is %d; `listeners` is `PLAINTEXT://localhost:9092`; and the data are in
          `.myelin/data` of the checkout.

        %s
        ## Topic

        A topic that does not set one has the broker's, in the order of the last column, and else the default.

        %s
        ## Group

        %s"""
        .formatted(
            table(MyelinDefinitions.ALL, true),
            listed(BrokerConfig.STANDALONE_DEFAULTS),
            listed(BrokerConfig.CLUSTER_DEFAULTS),
            NetworkConfig.defaults().acceptBacklog(),
            table(BrokerDefinitions.ALL, true),
            topics(),
            table(GroupDefinitions.ALL, false));
  }

  private static String listed(Map<String, String> defaults) {
    return new TreeMap<>(defaults)
        .entrySet().stream()
            .map(entry -> "`" + entry.getKey() + "` is " + entry.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String table(Map<String, ConfigDefinition> definitions, boolean withUpdate) {
    String head =
        withUpdate
            ? "| key | type | default | changes | |\n|---|---|---|---|---|\n"
            : "| key | type | default | |\n|---|---|---|---|\n";
    return head
        + definitions.values().stream()
            .map(
                d ->
                    row(
                        d,
                        withUpdate ? d.update().name().toLowerCase(java.util.Locale.ROOT) : null,
                        described(d)))
            .collect(Collectors.joining());
  }

  private static String described(ConfigDefinition definition) {
    String name = definition.name();
    if (SecurityRules.protects(name)) {
      return "**Refused.** " + definition.documentation();
    }
    return (KEYS.isObeyed(name) ? "" : "**No effect.** ") + definition.documentation();
  }

  private static String topics() {
    return "| key | type | default | | broker's |\n|---|---|---|---|---|\n"
        + TopicDefinitions.ALL.values().stream()
            .map(
                d ->
                    row(
                        d,
                        described(d),
                        TopicSynonyms.behind(d.name()).stream()
                            .map(synonym -> "`" + synonym.broker() + "`")
                            .collect(Collectors.joining(", "))))
            .collect(Collectors.joining());
  }

  private static String row(ConfigDefinition definition, String fourth, String last) {
    return "| `"
        + definition.name()
        + "` | "
        + definition.type().name().toLowerCase(java.util.Locale.ROOT)
        + " | "
        + (definition.defaultValue() == null || definition.defaultValue().isEmpty()
            ? ""
            : "`" + definition.defaultValue() + "`")
        + " | "
        + (fourth == null ? "" : fourth + " | ")
        + last
        + " |\n";
  }
}

package io.myelin.broker.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.NewTopic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigHandlersTest {
  private final AdminFixture admin = new AdminFixture(Map.of());
  private final TestingLogLevels levels = new TestingLogLevels();
  private final IncrementalAlterConfigsHandler alter =
      new IncrementalAlterConfigsHandler(
          admin.controller, admin.controller, admin.config.all(), levels);
  private final DescribeConfigsHandler describe =
      new DescribeConfigsHandler(admin.controller, admin.config.all(), levels);

  @BeforeEach
  void createTopic() {
    admin
        .controller
        .createTopics(List.of(new NewTopic("a", 1, 1, Map.of(), Map.of())), false)
        .join();
  }

  private String alter(Type type, String name, boolean validateOnly, Object... operations) {
    AlterConfigsResource resource =
        new AlterConfigsResource().setResourceType(type.id()).setResourceName(name);
    for (int i = 0; i < operations.length; i += 3) {
      resource
          .configs()
          .add(
              new AlterableConfig()
                  .setConfigOperation(((OpType) operations[i]).id())
                  .setName((String) operations[i + 1])
                  .setValue((String) operations[i + 2]));
    }
    IncrementalAlterConfigsRequestData request =
        new IncrementalAlterConfigsRequestData().setValidateOnly(validateOnly);
    request.resources().add(resource);
    var response = AdminFixture.ask(alter, request).responses().getFirst();
    return Errors.forCode(response.errorCode())
        + (response.errorMessage() == null ? "" : " " + response.errorMessage());
  }

  private DescribeConfigsResult describe(Type type, String name, String... keys) {
    DescribeConfigsRequestData request =
        new DescribeConfigsRequestData().setIncludeSynonyms(true).setIncludeDocumentation(true);
    request
        .resources()
        .add(
            new DescribeConfigsResource()
                .setResourceType(type.id())
                .setResourceName(name)
                .setConfigurationKeys(keys.length == 0 ? null : List.of(keys)));
    return AdminFixture.ask(describe, request).results().getFirst();
  }

  private String value(Type type, String name, String key) {
    return describe(type, name, key).configs().getFirst().value();
  }

  @Test
  void setsAppendsSubtractsAndDeletes() {
    assertThat(
            alter(
                Type.TOPIC,
                "a",
                false,
                OpType.SET,
                "retention.ms",
                "5",
                OpType.APPEND,
                "cleanup.policy",
                "compact"))
        .isEqualTo("NONE");
    assertThat(value(Type.TOPIC, "a", "retention.ms")).isEqualTo("5");
    assertThat(value(Type.TOPIC, "a", "cleanup.policy")).isEqualTo("delete,compact");

    alter(
        Type.TOPIC,
        "a",
        false,
        OpType.DELETE,
        "retention.ms",
        null,
        OpType.SUBTRACT,
        "cleanup.policy",
        "delete");
    assertThat(value(Type.TOPIC, "a", "retention.ms")).isEqualTo("604800000");
    assertThat(value(Type.TOPIC, "a", "cleanup.policy")).isEqualTo("compact");
  }

  @Test
  void changesNothingWhenItOnlyValidates() {
    assertThat(alter(Type.TOPIC, "a", true, OpType.SET, "retention.ms", "5")).isEqualTo("NONE");

    assertThat(value(Type.TOPIC, "a", "retention.ms")).isEqualTo("604800000");
  }

  @Test
  void refusesWhatKafkaRefusesInItsWords() {
    assertThat(alter(Type.TOPIC, "a", false, OpType.APPEND, "compression.type", "gzip"))
        .isEqualTo(
            "INVALID_CONFIG Can't APPEND to key compression.type because its type is not LIST.");
    assertThat(alter(Type.TOPIC, "a", false, OpType.SET, "min.cleanable.dirty.ratio", "1.1"))
        .isEqualTo(
            "INVALID_CONFIG Invalid value 1.1 for configuration min.cleanable.dirty.ratio: Value"
                + " must be no more than 1");
    assertThat(
            alter(
                Type.TOPIC, "a", false, OpType.SET, "flush.ms", "1", OpType.DELETE, "flush.ms", ""))
        .startsWith("INVALID_REQUEST Error due to duplicate config keys");
    assertThat(alter(Type.TOPIC, "nowhere", false, OpType.SET, "flush.ms", "1"))
        .isEqualTo("UNKNOWN_TOPIC_OR_PARTITION The topic 'nowhere' does not exist.");
    assertThat(alter(Type.BROKER, "7", false, OpType.SET, "message.max.bytes", "1"))
        .isEqualTo("INVALID_REQUEST Unexpected broker id, expected 0, but received 7");
    assertThat(
            alter(Type.BROKER, "0", false, OpType.SET, "leader.replication.throttled.rate", "fast"))
        .isEqualTo(
            "INVALID_REQUEST Invalid value fast for configuration"
                + " leader.replication.throttled.rate: Not a number of type LONG");
    assertThat(alter(Type.BROKER, "0", false, OpType.SET, "node.id", "1"))
        .startsWith("INVALID_REQUEST Cannot update these configs dynamically: [node.id]");
    assertThat(alter(Type.GROUP, "g", false, OpType.SET, "consumer.session.timeout.ms", "1"))
        .isEqualTo(
            "INVALID_CONFIG consumer.session.timeout.ms must be greater than or equal to"
                + " group.consumer.min.session.timeout.ms");
    assertThat(alter(Type.CLIENT_METRICS, "m", false, OpType.SET, "interval.ms", "1"))
        .startsWith("INVALID_REQUEST Invalid value 1 for interval.ms");
  }

  @Test
  void whatIsReadAtTheStartIsRefusedWithTheAdviceToRestart() {
    for (String name :
        List.of(
            "num.io.threads", "num.network.threads", "listeners", "myelin.session.timeout.ms")) {
      for (String broker : List.of("0", "")) {
        assertThat(alter(Type.BROKER, broker, false, OpType.SET, name, "4"))
            .isEqualTo(
                "INVALID_REQUEST Cannot update these configs dynamically: ["
                    + name
                    + "]. They take effect when the broker starts: set them in its configuration and"
                    + " restart it.");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, listener.name.x.scram-sha-256.sasl.jaas.config, org.example.Module",
    "0, sasl.jaas.config, org.example.Module",
    "0, ssl.client.auth, required",
    "'', authorizer.class.name, org.example.Authorizer",
    "'', create.topic.policy.class.name, org.example.Policy",
    "'', super.users, User:admin"
  })
  void whatWouldProtectInKafkaIsRefusedInTheWordsOfTheStart(
      String broker, String name, String value) {
    String refused = alter(Type.BROKER, broker, false, OpType.SET, name, value);

    assertThat(refused)
        .startsWith("INVALID_CONFIG TLS, SASL, authorizers and policies")
        .contains(name);
    assertThatThrownBy(() -> BrokerConfig.of(Map.of(name, value), Map.of()))
        .hasMessage(refused.replace("INVALID_CONFIG ", ""));
  }

  @Test
  void aStoreOfKeysOfAListenerWithoutTlsIsAcceptedAsByKafka() {
    String name = "listener.name.internal.ssl.truststore.location";

    assertThat(alter(Type.BROKER, "0", false, OpType.SET, name, "/etc/keys.p12")).isEqualTo("NONE");
  }

  @Test
  void whatNobodyObeysIsAcceptedAndTheLogSaysSo() {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler capture = capture(lines);
    // Held: a logger that nobody holds would be collected with its handler.
    Logger log = Logger.getLogger(ConfigAlteration.class.getName());
    log.addHandler(capture);
    try {
      assertThat(
              alter(
                  Type.BROKER,
                  "",
                  false,
                  OpType.SET,
                  "background.threads",
                  "12",
                  OpType.SET,
                  "some.plugins.key",
                  "x",
                  OpType.SET,
                  "message.max.bytes",
                  "9"))
          .isEqualTo("NONE");
      assertThat(lines)
          .containsExactly(
              "The setting some.plugins.key means nothing to Myelin and is ignored",
              "Without effect in Myelin, although Kafka has these settings: background.threads");

      lines.clear();
      alter(Type.BROKER, "", true, OpType.SET, "background.threads", "13");
      alter(Type.BROKER, "", false, OpType.DELETE, "background.threads", null);
      assertThat(lines).as("nothing is set").isEmpty();
    } finally {
      log.removeHandler(capture);
    }
  }

  private static Handler capture(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        lines.add(entry.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void whatElectionsObeyIsNotSetForOneBroker() {
    for (var setting :
        Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true").entrySet()) {
      assertThat(alter(Type.BROKER, "0", true, OpType.SET, setting.getKey(), setting.getValue()))
          .isEqualTo(
              "INVALID_CONFIG Cannot set these configs for one broker: ["
                  + setting.getKey()
                  + "]. Elections obey the same everywhere: set them for a topic, or as the default"
                  + " of all brokers.");
      assertThat(alter(Type.BROKER, "", true, OpType.SET, setting.getKey(), setting.getValue()))
          .isEqualTo("NONE");
    }
  }

  @Test
  void aBrokersDynamicSettingReachesTopicsAndShowsItsSource() {
    alter(Type.BROKER, "", false, OpType.SET, "log.retention.ms", "77");

    DescribeConfigsResourceResult ofTopic =
        describe(Type.TOPIC, "a", "retention.ms").configs().getFirst();
    DescribeConfigsResult defaults = describe(Type.BROKER, "");

    assertThat(ofTopic.value()).isEqualTo("77");
    assertThat(ofTopic.configSource()).isEqualTo((byte) 3);
    assertThat(ofTopic.synonyms().getFirst().name()).isEqualTo("log.retention.ms");
    assertThat(ofTopic.documentation()).isNotEmpty();
    assertThat(defaults.configs())
        .extracting(DescribeConfigsResourceResult::name)
        .containsExactly("log.retention.ms");
    assertThat(value(Type.BROKER, "0", "log.retention.ms")).isEqualTo("77");
  }

  @Test
  void neverTellsASecret() {
    List<String> secrets = List.of("listener.name.x.ssl.keystore.password", "some.plugins.key");
    for (String secret : secrets) {
      // A cluster may have the first from before it was refused.
      admin
          .controller
          .alterConfigs(
              List.of(
                  new ConfigChange(
                      new ConfigKey(ConfigKey.Type.BROKER, "0"),
                      Map.of(secret, Optional.of("hunter2")))))
          .join();

      DescribeConfigsResourceResult entry = describe(Type.BROKER, "0", secret).configs().getFirst();

      assertThat(entry.value()).isNull();
      assertThat(entry.isSensitive()).isTrue();
      assertThat(entry.synonyms()).isNotEmpty().allMatch(synonym -> synonym.value() == null);
    }
  }

  @Test
  void describesGroupsByTheirOwnOrTheBrokersSettings() {
    alter(Type.GROUP, "g", false, OpType.SET, "consumer.session.timeout.ms", "50000");

    DescribeConfigsResult result = describe(Type.GROUP, "g");

    assertThat(result.configs())
        .anySatisfy(
            config -> {
              assertThat(config.name()).isEqualTo("consumer.session.timeout.ms");
              assertThat(config.value()).isEqualTo("50000");
              assertThat(config.configSource()).isEqualTo((byte) 8);
            });
    assertThat(value(Type.GROUP, "g", "consumer.heartbeat.interval.ms")).isEqualTo("5000");
  }

  @Test
  void replacesAllSettingsTheOldWay() {
    alter(Type.TOPIC, "a", false, OpType.SET, "retention.ms", "5");
    AlterConfigsRequestData request = new AlterConfigsRequestData();
    AlterConfigsRequestData.AlterConfigsResource resource =
        new AlterConfigsRequestData.AlterConfigsResource()
            .setResourceType(Type.TOPIC.id())
            .setResourceName("a");
    resource
        .configs()
        .add(new AlterConfigsRequestData.AlterableConfig().setName("flush.ms").setValue("9"));
    request.resources().add(resource);

    AdminFixture.ask(
        new AlterConfigsHandler(admin.controller, admin.controller, admin.config.all()), request);

    assertThat(admin.controller.image().config(new ConfigKey(ConfigKey.Type.TOPIC, "a")))
        .isEqualTo(Map.of("flush.ms", "9"));
  }

  @Test
  void listsWhatHasSettings() {
    alter(Type.CLIENT_METRICS, "m", false, OpType.SET, "interval.ms", "111");
    ListConfigResourcesHandler list = new ListConfigResourcesHandler(admin.controller);

    assertThat(AdminFixture.ask(list, new ListConfigResourcesRequestData(), 0).configResources())
        .extracting(resource -> resource.resourceName())
        .containsExactly("m");
    assertThat(AdminFixture.ask(list, new ListConfigResourcesRequestData(), 1).configResources())
        .extracting(resource -> resource.resourceName())
        .contains("m", "a", "0");
  }

  @Test
  void tellsAndSetsTheLevelsOfThisBrokersLoggers() {
    assertThat(alter(Type.BROKER_LOGGER, "0", false, OpType.SET, "io.myelin", "DEBUG"))
        .isEqualTo("NONE");

    assertThat(value(Type.BROKER_LOGGER, "0", "io.myelin")).isEqualTo("DEBUG");
    var entry = describe(Type.BROKER_LOGGER, "0", "io.myelin").configs().getFirst();
    assertThat(entry.configSource())
        .isEqualTo(DescribeConfigsResponse.ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG.id());
    assertThat(entry.readOnly()).isFalse();

    alter(Type.BROKER_LOGGER, "0", false, OpType.DELETE, "io.myelin", null);
    assertThat(value(Type.BROKER_LOGGER, "0", "io.myelin")).isEqualTo("INFO");
  }

  @Test
  void changesNoLevelWhenOneOfThemIsRefused() {
    assertThat(
            alter(
                Type.BROKER_LOGGER,
                "0",
                false,
                OpType.SET,
                "io.myelin",
                "DEBUG",
                OpType.SET,
                "root",
                "LOUD"))
        .startsWith("INVALID_CONFIG");
    assertThat(alter(Type.BROKER_LOGGER, "0", false, OpType.SET, "no such", "INFO"))
        .startsWith("INVALID_CONFIG");
    assertThat(alter(Type.BROKER_LOGGER, "0", false, OpType.APPEND, "root", "INFO"))
        .startsWith("INVALID_REQUEST");
    assertThat(alter(Type.BROKER_LOGGER, "0", false, OpType.DELETE, "root", null))
        .startsWith("INVALID_REQUEST");
    assertThat(alter(Type.BROKER_LOGGER, "7", false, OpType.SET, "root", "DEBUG"))
        .startsWith("INVALID_REQUEST");
    assertThat(alter(Type.BROKER_LOGGER, "0", true, OpType.SET, "root", "DEBUG")).isEqualTo("NONE");

    assertThat(levels.levels.values()).containsOnly("INFO");
  }

  @Test
  void refusesAChangeOfBrokerSettingsThatDoNotGoTogether() {
    for (String broker : List.of("0", "")) {
      assertThat(alter(Type.BROKER, broker, false, OpType.SET, "max.connections.per.ip", "0"))
          .startsWith("INVALID_REQUEST max.connections.per.ip can be set to zero only if");
      assertThat(alter(Type.BROKER, broker, true, OpType.SET, "log.retention.ms", "0"))
          .startsWith("INVALID_REQUEST log.retention.ms must be unlimited");
      assertThat(alter(Type.BROKER, broker, false, OpType.SET, "background.threads", "100"))
          .contains("not greater than double the current value 10");
    }
    assertThat(
            alter(
                Type.BROKER,
                "",
                false,
                OpType.SET,
                "max.connections.per.ip",
                "0",
                OpType.SET,
                "max.connections.per.ip.overrides",
                "127.0.0.1:7"))
        .isEqualTo("NONE");
    assertThat(alter(Type.BROKER, "0", false, OpType.SET, "max.connections.per.ip", "0"))
        .as("the cluster's setting makes up for it")
        .isEqualTo("NONE");
    assertThat(
            alter(Type.BROKER, "", false, OpType.DELETE, "max.connections.per.ip.overrides", null))
        .startsWith("INVALID_REQUEST max.connections.per.ip can be set to zero only if");
  }
}

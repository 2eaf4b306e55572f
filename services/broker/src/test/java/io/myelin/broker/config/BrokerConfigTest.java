package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.LogConfig;
import io.myelin.log.record.BatchRules;
import io.myelin.log.record.CompressionType;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class BrokerConfigTest {
  private static BrokerConfig of(Map<String, String> settings) {
    return BrokerConfig.of(settings, Map.of());
  }

  private static ClusterImage with(ConfigKey.Type type, String name, String key, String value) {
    return ClusterImage.empty("x")
        .withConfig(new ConfigKey(type, name), HashTreePMap.singleton(key, value));
  }

  @Test
  void aTopicWithoutAnySettingsIsAsInKafka() {
    TopicConfigs topics = new TopicConfigs(of(Map.of()).all());

    assertThat(topics.settings(ClusterImage.empty("x"), "a").log()).isEqualTo(LogConfig.DEFAULT);
  }

  @Test
  void ourOwnKeysHaveTheDefaultsThatAreDocumented() {
    assertThat(MyelinDefinitions.ALL.values())
        .extracting(d -> d.name() + "=" + d.defaultValue())
        .containsExactly(
            "myelin.controllers=",
            "myelin.etcd.endpoints=",
            "myelin.etcd.prefix=/myelin/",
            "myelin.grpc.advertised=",
            "myelin.grpc.listener=localhost:9094",
            "myelin.http.listener=localhost:8080",
            "myelin.role=standalone",
            "myelin.session.timeout.ms=2000");
  }

  @Test
  void anUnknownKeyOfOursStopsTheStartAndNamesTheNearest() {
    assertThatThrownBy(() -> of(Map.of("myelin.http.listner", "x:1")))
        .isInstanceOf(ConfigRefusedException.class)
        .hasMessage("There is no setting myelin.http.listner; did you mean myelin.http.listener?");
  }

  @Test
  void anUnknownKeyOfOthersIsAWarning() {
    assertThat(of(Map.of("zookeeper.connect", "x:1")).warnings())
        .containsExactly("The setting zookeeper.connect means nothing to Myelin and is ignored");
  }

  @Test
  void aSettingOfOneListenerIsAWarning() {
    assertThat(of(Map.of("listener.name.plaintext.max.connections", "9")).warnings())
        .containsExactly(
            "The setting listener.name.plaintext.max.connections means nothing to Myelin and is"
                + " ignored");
  }

  @Test
  void aMemberOfAClusterIsToldWhereUncleanElectionsAreAllowed() {
    Map<String, String> allowed = Map.of("unclean.leader.election.enable", " TRUE ");

    assertThatThrownBy(() -> BrokerConfig.ofClusterMember(allowed))
        .isInstanceOf(ConfigRefusedException.class)
        .hasMessageContaining("unclean.leader.election.enable is true")
        .hasMessageContaining(
            "kafka-configs.sh --alter --entity-type brokers --entity-default --add-config"
                + " unclean.leader.election.enable=true");
    assertThat(
            BrokerConfig.ofClusterMember(Map.of("unclean.leader.election.enable", "false"))
                .warnings())
        .isEmpty();
    assertThat(of(allowed).warnings()).as("alone there is nobody else to lead").isEmpty();
  }

  @Test
  void oneLineNamesAllSettingsThatHaveNoEffectAndDifferFromKafkasDefault() {
    assertThat(
            of(Map.of(
                    "background.threads", "20",
                    "process.roles", "broker,controller",
                    "socket.send.buffer.bytes", " 102400 ",
                    "num.partitions", "2"))
                .warnings())
        .containsExactly(
            "Without effect in Myelin, although Kafka has these settings: background.threads,"
                + " process.roles");
  }

  @Test
  void aTopicGetsItsFilesAtFullSizeWhereTheBrokerSaysSoAndNobodyIsWarned() {
    BrokerConfig config = of(Map.of("log.preallocate", "true"));

    assertThat(config.warnings()).isEmpty();
    assertThat(
            new TopicConfigs(config.all())
                .settings(ClusterImage.empty("x"), "a")
                .log()
                .preallocate())
        .isTrue();
  }

  @Test
  void leadershipReturnsByItselfAsOftenAsKafkasSettingsSay() {
    assertThat(of(Map.of()).leaderRebalanceIntervalMs()).hasValue(300_000);
    assertThat(
            of(Map.of("leader.imbalance.check.interval.seconds", "7")).leaderRebalanceIntervalMs())
        .hasValue(7_000);
    assertThat(
            of(Map.of("leader.imbalance.check.interval.seconds", Long.toString(Long.MAX_VALUE)))
                .leaderRebalanceIntervalMs()
                .getAsLong())
        .isPositive();
    assertThat(of(Map.of("auto.leader.rebalance.enable", "false")).leaderRebalanceIntervalMs())
        .isEmpty();
  }

  @Test
  void aListenerOfKafkasControllersIsAWarning() {
    assertThat(of(Map.of("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093")).warnings())
        .containsExactly(
            "The listener CONTROLLER://:9093 is for Kafka's controllers and is not opened");
  }

  @Test
  void aBadValueNamesItsKey() {
    assertThatThrownBy(() -> of(Map.of("num.partitions", "0")))
        .isInstanceOf(ConfigRefusedException.class)
        .hasMessageContaining("num.partitions");
  }

  @Test
  void twoIdsThatDisagreeAreRefused() {
    assertThatThrownBy(() -> of(Map.of("node.id", "1", "broker.id", "2")))
        .hasMessage("node.id is 1 and broker.id is 2; set only node.id");
    assertThat(of(Map.of("broker.id", "2")).nodeId()).isEqualTo(2);
  }

  @Test
  void theFinestUnitOfTimeCounts() {
    TopicConfigs topics =
        new TopicConfigs(
            of(Map.of("log.retention.hours", "1", "log.retention.minutes", "5")).all());

    assertThat(topics.settings(ClusterImage.empty("x"), "a").log().retentionMs())
        .isEqualTo(300_000);
  }

  @Test
  void aDynamicSettingOfTheBrokerReachesTopicsThatDoNotSetTheirOwn() {
    TopicConfigs topics = new TopicConfigs(of(Map.of("message.max.bytes", "1")).all());

    assertThat(
            topics
                .settings(with(ConfigKey.Type.BROKER, "", "message.max.bytes", "2"), "a")
                .batchRules()
                .messageBytesMax())
        .isEqualTo(2);
    assertThat(
            topics
                .settings(with(ConfigKey.Type.TOPIC, "a", "max.message.bytes", "3"), "a")
                .batchRules()
                .messageBytesMax())
        .isEqualTo(3);
  }

  @Test
  void noBrokerHasAMinimumOfItsOwn() {
    TopicConfigs topics = new TopicConfigs(of(Map.of("min.insync.replicas", "1")).all());
    ClusterImage image =
        with(ConfigKey.Type.BROKER, "", "min.insync.replicas", "2")
            .withConfig(
                new ConfigKey(ConfigKey.Type.BROKER, "0"),
                HashTreePMap.singleton("min.insync.replicas", "1"));

    assertThat(topics.settings(image, "a").inSyncMin()).isEqualTo(2);
    assertThat(topics.describe(image, "a").get("min.insync.replicas").value()).isEqualTo("2");
  }

  @Test
  void aTopicsCodecComesWithItsLevel() {
    TopicConfigs topics = new TopicConfigs(of(Map.of("compression.zstd.level", "9")).all());

    assertThat(
            topics
                .settings(with(ConfigKey.Type.TOPIC, "a", "compression.type", "zstd"), "a")
                .batchRules()
                .compression())
        .isEqualTo(new BatchRules.TargetCompression.Fixed(CompressionType.ZSTD, 9));
  }

  @Test
  void valuesComeWithTheirSources() {
    TopicConfigs topics = new TopicConfigs(of(Map.of("log.retention.bytes", "5")).all());

    EffectiveConfig config =
        topics
            .describe(with(ConfigKey.Type.TOPIC, "a", "retention.bytes", "6"), "a")
            .get("retention.bytes");

    assertThat(config.value()).isEqualTo("6");
    assertThat(config.synonyms())
        .containsExactly(
            new EffectiveConfig.Synonym("retention.bytes", "6", ConfigSource.TOPIC),
            new EffectiveConfig.Synonym("log.retention.bytes", "5", ConfigSource.STATIC_BROKER),
            new EffectiveConfig.Synonym("log.retention.bytes", "-1", ConfigSource.DEFAULT));
  }
}

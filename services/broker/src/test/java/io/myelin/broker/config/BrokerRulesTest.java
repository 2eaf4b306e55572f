package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerRulesTest {
  private static final List<Map<String, String>> SETTINGS =
      List.of(
          Map.of(),
          Map.of("log.cleaner.threads", "2", "log.cleaner.dedupe.buffer.size", "2097152"),
          Map.of("log.cleaner.threads", "2", "log.cleaner.dedupe.buffer.size", "2097154"),
          Map.of("log.cleaner.dedupe.buffer.size", "1048576"),
          Map.of("log.cleaner.threads", "0"),
          Map.of("log.roll.ms", "0"),
          Map.of("log.roll.ms", "1"),
          Map.of("log.roll.jitter.ms", "-1"),
          Map.of("log.roll.jitter.ms", "0"),
          Map.of("log.retention.ms", "0"),
          Map.of("log.retention.ms", "-1"),
          Map.of("log.retention.ms", "-7"),
          Map.of("log.retention.minutes", "0"),
          Map.of("log.retention.minutes", "0", "log.retention.ms", "5"),
          Map.of("log.retention.hours", "0"),
          Map.of("max.connections.per.ip", "0"),
          Map.of("max.connections.per.ip", "0", "max.connections.per.ip.overrides", "10.0.0.1:5"),
          Map.of("max.connections.per.ip.overrides", "10.0.0.1:5, ::1:7 ,host.example:0"),
          Map.of("max.connections.per.ip.overrides", "10.0.0.1"),
          Map.of("max.connections.per.ip.overrides", "10.0.0.1:x"),
          Map.of("max.connections.per.ip.overrides", "10 0:5"));

  private static boolean accepted(Map<String, String> settings) {
    try {
      BrokerConfig.of(settings, Map.of());
      return true;
    } catch (ConfigRefusedException e) {
      assertThat(e).message().isNotBlank();
      return false;
    }
  }

  private static boolean acceptedByKafka(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "process.roles", "broker,controller",
                "node.id", "0",
                "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.voters", "0@localhost:9093"));
    all.putAll(settings);
    try {
      KafkaConfig config = new KafkaConfig(all, false);
      return config.maxConnectionsPerIpOverrides() != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Test
  void settingsAreAcceptedTogetherAsByKafka() {
    for (Map<String, String> settings : SETTINGS) {
      assertThat(accepted(settings)).as("%s", settings).isEqualTo(acceptedByKafka(settings));
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 4, true", "8, 16, true", "8, 3, false", "8, 17, false", "1, 2, true"})
  void threadsMayBeHalvedOrDoubledAtOnce(int before, int after, boolean allowed) {
    for (String name :
        List.of("background.threads", "num.replica.fetchers", "log.cleaner.threads")) {
      Runnable change =
          () ->
              BrokerRules.checkChange(
                  BrokerConfig.of(Map.of(name, "" + before), Map.of()).all()::atStart,
                  BrokerConfig.of(Map.of(name, "" + after), Map.of()).all()::atStart);
      if (allowed) {
        assertThatCode(change::run).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(change::run)
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("the current value " + before);
      }
    }
  }
}

package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityRulesTest {
  private static void start(Map<String, String> settings) {
    BrokerConfig.of(settings, Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "alter.config.policy.class.name, org.example.Policy",
    "authorizer.class.name, org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "client.quota.callback.class, org.example.Quotas",
    "create.topic.policy.class.name, org.example.Policy",
    "delegation.token.secret.key, secret",
    "principal.builder.class, org.example.Builder",
    "security.inter.broker.protocol, SSL",
    "super.users, User:admin",
    "ssl.keystore.location, /etc/keys.p12",
    "ssl.client.auth, required",
    "sasl.enabled.mechanisms, PLAIN",
    "sasl.oauthbearer.jwks.endpoint.url, https://example.org",
    "listener.name.plaintext.ssl.keystore.location, /etc/keys.p12",
    "listener.name.plaintext.scram-sha-256.sasl.jaas.config, org.example.Module"
  })
  void whatWouldProtectInKafkaIsRefusedByItsName(String name, String value) {
    assertThatThrownBy(() -> start(Map.of(name, value)))
        .isInstanceOf(ConfigRefusedException.class)
        .hasMessageContaining("not supported yet")
        .hasMessageContaining(name)
        .hasMessageContaining("remove them");
  }

  @ParameterizedTest
  @CsvSource({"SSL", "SASL_PLAINTEXT", "SASL_SSL", "ssl"})
  void aListenerIsNotServedWithLessThanItsProtocolSays(String protocol) {
    assertThatThrownBy(() -> start(Map.of("listeners", protocol + "://:9093")))
        .isInstanceOf(ConfigRefusedException.class)
        .hasMessageContaining("listener " + ListenerList.upper(protocol));
    assertThatThrownBy(() -> start(Map.of("advertised.listeners", protocol + "://outside:9093")))
        .hasMessageContaining("listener " + ListenerList.upper(protocol));
  }

  @Test
  void theMapDecidesWhatAListenersNameMeans() {
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "listeners", "INSIDE://:9092",
                        "listener.security.protocol.map", "INSIDE:SASL_SSL")))
        .hasMessageContaining("listener INSIDE (SASL_SSL)");
    assertThatThrownBy(() -> start(Map.of("listener.security.protocol.map", "PLAINTEXT:SSL")))
        .hasMessageContaining("listener PLAINTEXT (SSL)");
    assertThatThrownBy(
            () ->
                start(
                    Map.of("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:SSL")))
        .hasMessageContaining("listener CONTROLLER (SSL)");
    assertThatThrownBy(() -> start(Map.of("listeners", "SECURE://:9093")))
        .hasMessageContaining("listener.security.protocol.map says nothing of the listener SECURE");
  }

  @Test
  void whatProtectsNothingInKafkaEitherIsAccepted() {
    assertThatCode(
            () ->
                start(
                    Map.of(
                        "authorizer.class.name", "",
                        "security.inter.broker.protocol", "PLAINTEXT",
                        "ssl.client.auth", "none",
                        "ssl.endpoint.identification.algorithm", "",
                        "sasl.enabled.mechanisms", "GSSAPI",
                        "listeners", "INSIDE://:9092,CONTROLLER://:9093",
                        "listener.security.protocol.map",
                            "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL")))
        .doesNotThrowAnyException();
  }

  @Test
  void noSecretIsRepeated() {
    assertThatThrownBy(() -> start(Map.of("ssl.key.password", "hunter2")))
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("hunter2"));
  }
}

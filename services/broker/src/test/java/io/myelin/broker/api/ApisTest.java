package io.myelin.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.myelin.metadata.KnownFeatures;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

class ApisTest {
  private record Handler(ApiKeys key, short oldestVersion, short newestVersion)
      implements ApiHandler<ApiMessage, ApiMessage> {
    @Override
    public CompletionStage<ApiMessage> handle(RequestContext context, ApiMessage request) {
      throw new IllegalStateException("not asked");
    }
  }

  private static Handler handler(ApiKeys key) {
    return new Handler(key, key.oldestVersion(), key.latestVersion());
  }

  private final Apis apis =
      new Apis(
          List.of(handler(ApiKeys.FETCH), handler(ApiKeys.PRODUCE)),
          () ->
              new Features(
                  Map.of(
                      "from.zero", new KnownFeatures.Range((short) 0, (short) 2),
                      "from.one", new KnownFeatures.Range((short) 1, (short) 3)),
                  17,
                  Map.of("from.one", (short) 2)));

  private ApiVersionsResponseData ask(int version, ApiVersionsRequestData request) {
    var context =
        new RequestContext(
            RequestContext.ANONYMOUS,
            RequestContext.DEFAULT_TENANT,
            "me",
            "PLAINTEXT",
            InetSocketAddress.createUnresolved("client", 1),
            1,
            1,
            (short) version,
            Runnable::run);
    return (ApiVersionsResponseData)
        Apis.dispatch(apis.handler(ApiKeys.API_VERSIONS), context, request)
            .toCompletableFuture()
            .join();
  }

  private static ApiVersionsRequestData request() {
    return new ApiVersionsRequestData()
        .setClientSoftwareName("apache-kafka-java")
        .setClientSoftwareVersion("4.3.1");
  }

  @Test
  void advertisesWhatTheHandlersServe() {
    assertThat(ask(4, request()).apiKeys())
        .extracting(
            api -> ApiKeys.forId(api.apiKey()), api -> api.minVersion(), api -> api.maxVersion())
        .containsExactly(
            // Produce from 0 on for old librdkafka, as Kafka does; versions 0 to 2 are refused.
            tuple(ApiKeys.PRODUCE, (short) 0, ApiKeys.PRODUCE.latestVersion()),
            tuple(ApiKeys.FETCH, ApiKeys.FETCH.oldestVersion(), ApiKeys.FETCH.latestVersion()),
            tuple(ApiKeys.API_VERSIONS, (short) 0, (short) 4));
    assertThat(apis.serves(ApiKeys.PRODUCE, (short) 2)).isFalse();
    assertThat(apis.serves(ApiKeys.PRODUCE, (short) 3)).isTrue();
    assertThat(apis.serves(ApiKeys.METADATA, (short) 12)).isFalse();
  }

  @Test
  void tellsFeaturesAndHidesThoseFromZeroFromOldClients() {
    var now = ask(4, request());
    assertThat(now.supportedFeatures().find("from.zero").maxVersion()).isEqualTo((short) 2);
    assertThat(now.supportedFeatures().find("from.one").minVersion()).isEqualTo((short) 1);
    assertThat(now.finalizedFeaturesEpoch()).isEqualTo(17);
    assertThat(now.finalizedFeatures().find("from.one").maxVersionLevel()).isEqualTo((short) 2);

    assertThat(ask(3, request()).supportedFeatures().find("from.zero")).isNull();
    assertThat(ask(3, request()).supportedFeatures().find("from.one")).isNotNull();
  }

  @Test
  void refusesClientsWhoseSoftwareNameIsMalformedFromVersionThreeOn() {
    var bad = request().setClientSoftwareName("-x-");
    assertThatThrownBy(() -> ask(3, bad)).hasCauseInstanceOf(InvalidRequestException.class);
    assertThat(ask(2, bad).errorCode()).isZero();
  }

  @Test
  void refusesVersionsFromTheFuture() {
    assertThatThrownBy(() -> ask(5, request()))
        .hasCauseInstanceOf(UnsupportedVersionException.class);
  }

  @Test
  void anApiHasOneHandlerAndOnlyVersionsOfTheProtocol() {
    Handler fetch = handler(ApiKeys.FETCH);
    assertThatThrownBy(() -> new Apis(List.of(fetch, fetch), () -> Features.NONE))
        .hasMessageContaining("FETCH");
    Handler future = new Handler(ApiKeys.FETCH, (short) 4, (short) 1000);
    assertThatThrownBy(() -> new Apis(List.of(future), () -> Features.NONE))
        .hasMessageContaining("1000");
  }

  @Test
  void whatAHandlerThrowsComesBackInTheStage() {
    CompletableFuture<?> stage =
        Apis.dispatch(apis.handler(ApiKeys.FETCH), null, ApiMessageType.FETCH.newRequest())
            .toCompletableFuture();
    assertThat(stage).isCompletedExceptionally();
  }
}

package io.myelin.broker.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiVersionsRequest;

/**
 * The first request of every client: which APIs are served, and which features the cluster has.
 *
 * <p>A version from the future arrives here with an empty request, and is refused with an answer of
 * version 0, in which the client finds the versions of ApiVersions to try again with (KIP-511).
 */
final class ApiVersionsHandler
    implements ApiHandler<ApiVersionsRequestData, ApiVersionsResponseData> {
  /** Before this version, clients take a feature range that starts at 0 for malformed. */
  private static final short FEATURES_FROM_ZERO_SINCE = 4;

  private static final short CLIENT_SOFTWARE_SINCE = 3;

  private final List<ApiVersion> served;
  private final Supplier<Features> features;

  /**
   * @param others every other handler that is served
   */
  ApiVersionsHandler(Collection<ApiHandler<?, ?>> others, Supplier<Features> features) {
    this.features = features;
    this.served =
        Stream.concat(others.stream(), Stream.of(this))
            .map(ApiVersionsHandler::advertised)
            .sorted(Comparator.comparingInt(ApiVersion::apiKey))
            .toList();
  }

  private static ApiVersion advertised(ApiHandler<?, ?> handler) {
    ApiKeys key = handler.key();
    // librdkafka before 2.6 derives what compression it may use from Produce's oldest version, so
    // Kafka advertises versions that it refuses (KAFKA-18659).
    short oldest =
        key == ApiKeys.PRODUCE
            ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION
            : handler.oldestVersion();
    return new ApiVersion()
        .setApiKey(key.id)
        .setMinVersion(oldest)
        .setMaxVersion(handler.newestVersion());
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.API_VERSIONS;
  }

  @Override
  public CompletionStage<ApiVersionsResponseData> handle(
      RequestContext context, ApiVersionsRequestData request) {
    short version = context.apiVersion();
    if (version > newestVersion()) {
      throw new UnsupportedVersionException("ApiVersions version " + version);
    }
    if (version >= CLIENT_SOFTWARE_SINCE && !new ApiVersionsRequest(request, version).isValid()) {
      throw new InvalidRequestException("client software name or version is not well-formed");
    }
    return CompletableFuture.completedFuture(answer(version));
  }

  private ApiVersionsResponseData answer(short version) {
    Features now = features.get();
    ApiVersionsResponseData answer =
        new ApiVersionsResponseData().setFinalizedFeaturesEpoch(now.finalizedEpoch());
    served.forEach(api -> answer.apiKeys().add(api.duplicate()));
    now.supported()
        .forEach(
            (name, range) -> {
              if (range.min() > 0 || version >= FEATURES_FROM_ZERO_SINCE) {
                answer
                    .supportedFeatures()
                    .add(
                        new SupportedFeatureKey()
                            .setName(name)
                            .setMinVersion(range.min())
                            .setMaxVersion(range.max()));
              }
            });
    now.finalized()
        .forEach(
            (name, level) ->
                answer
                    .finalizedFeatures()
                    .add(
                        new FinalizedFeatureKey()
                            .setName(name)
                            .setMinVersionLevel(level)
                            .setMaxVersionLevel(level)));
    return answer;
  }
}

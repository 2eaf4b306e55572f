package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.ApiHandler.Ordering;
import io.myelin.broker.net.TestingApis.ByHand;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  private final ByHand<MetadataRequestData, MetadataResponseData> metadata =
      new ByHand<>(ApiKeys.METADATA, Ordering.PIPELINED, false);
  private final Connections connections =
      new Connections(
          NetworkConfig.defaults(),
          TestingApis.of(metadata),
          TestingClient.CLOCK,
          RequestObserver.NONE);
  private final TestingClient client = new TestingClient(connections);

  @Test
  void answersApiVersions() {
    client.send(new ApiVersionsRequest.Builder().build((short) 4), 7);

    var response =
        (ApiVersionsResponse)
            TestingClient.response(
                ByteBuffer.wrap(client.received()), ApiKeys.API_VERSIONS, (short) 4, 7);
    assertThat(response.data().errorCode()).isZero();
    assertThat(response.apiVersion(ApiKeys.METADATA.id).maxVersion())
        .isEqualTo(ApiKeys.METADATA.latestVersion());
  }

  @Test
  void answersLeaveInTheOrderOfTheRequests() {
    client.send(MetadataRequest.Builder.allTopics().build((short) 12), 1);
    client.send(MetadataRequest.Builder.allTopics().build((short) 12), 2);
    metadata.call(1).answer().complete(new MetadataResponseData().setClusterId("second"));
    assertThat(client.received()).isEmpty();

    metadata.call(0).answer().complete(new MetadataResponseData().setClusterId("first"));

    ByteBuffer out = ByteBuffer.wrap(client.received());
    assertThat(TestingClient.response(out, ApiKeys.METADATA, (short) 12, 1).toString())
        .contains("first");
    assertThat(TestingClient.response(out, ApiKeys.METADATA, (short) 12, 2).toString())
        .contains("second");
  }
}

package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.CloseConnection;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

/** What is answered, and in which order. */
class ConnectionTest extends ConnectionFixture {
  @Test
  void whoeverWasAcceptedIsServedAlsoWhileTheOneBeforeIsNotGone() {
    connections.limit(new ConnectionLimits(1, 99, Map.of(), Integer.MAX_VALUE));
    TestingClient next = new TestingClient(connections);
    assertThat(next.channel.isOpen()).isTrue();
    next.assertClosesWithoutLeaks();
  }

  private ApiVersionsResponse apiVersions(int version, int answerVersion, byte[] received) {
    return (ApiVersionsResponse)
        TestingClient.response(
            ByteBuffer.wrap(received), ApiKeys.API_VERSIONS, (short) answerVersion, version);
  }

  @Test
  void answersApiVersionsInEachVersion() {
    for (short version : ApiKeys.API_VERSIONS.allVersions()) {
      client.send(new ApiVersionsRequest.Builder().build(version), version);
      var response = apiVersions(version, version, client.received());
      assertThat(response.data().errorCode()).isZero();
      assertThat(response.data().apiKeys())
          .extracting(api -> ApiKeys.forId(api.apiKey()))
          .containsExactlyInAnyOrder(
              ApiKeys.API_VERSIONS,
              ApiKeys.METADATA,
              ApiKeys.CREATE_TOPICS,
              ApiKeys.PRODUCE,
              ApiKeys.FETCH);
    }
  }

  @Test
  void answersApiVersionsOfTheFutureWithVersionZero() {
    var future = new RequestHeader(ApiKeys.API_VERSIONS, (short) 99, "me", 99);
    byte[] header =
        TestingClient.serialize(
            future.data(), ApiKeys.API_VERSIONS.requestHeaderVersion((short) 99));
    ByteBuffer frame = ByteBuffer.allocate(4 + header.length + 50);
    frame.putInt(header.length + 50).put(header);
    client.send(frame.array());

    var response = apiVersions(99, 0, client.received());
    assertThat(response.data().errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    assertThat(response.apiVersion(ApiKeys.API_VERSIONS.id).maxVersion())
        .isEqualTo(ApiKeys.API_VERSIONS.latestVersion());
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void answersLeaveInTheOrderOfTheRequests() {
    client.send(askMetadata(), 1);
    client.send(askMetadata(), 2);
    metadata.call(1).answer().complete(cluster("second"));
    assertThat(client.received()).isEmpty();

    metadata.call(0).answer().complete(cluster("first"));

    assertClusters("first", "second");
  }

  @Test
  void anExclusiveRequestHoldsBackTheNextUntilItIsAnswered() {
    client.send(askCreateTopics(), 1);
    client.send(askMetadata(), 2);
    assertThat(metadata.calls).isEmpty();

    createTopics.call(0).answer().complete(new CreateTopicsResponseData());

    assertThat(metadata.calls).hasSize(1);
    client.received();
  }

  @Test
  void anExclusiveRequestThatIsAnsweredHoldsBackNobodyWhileItWaitsForItsTurn() {
    client.send(askMetadata(), 1);
    client.send(askCreateTopics(), 2);
    createTopics.call(0).answer().complete(new CreateTopicsResponseData());
    client.send(askMetadata(), 3);
    assertThat(metadata.calls).hasSize(2);
  }

  @Test
  void noAnswerFreesItsPlace() {
    client.send(askProduce(0), 1);
    client.send(askMetadata(), 2);
    metadata.call(0).answer().complete(cluster("after"));
    assertThat(client.received()).isEmpty();

    produce.call(0).answer().complete(null);

    assertClusters("after");
  }

  @Test
  void aFailureBecomesTheErrorThatTheProtocolHasForIt() {
    client.send(askMetadata(), 1);
    metadata
        .call(0)
        .answer()
        .completeExceptionally(new CompletionException(new NotControllerException("no")));
    var topics =
        (MetadataResponse)
            TestingClient.response(
                ByteBuffer.wrap(client.received()), ApiKeys.METADATA, METADATA, 1);
    assertThat(topics.data().topics()).isEmpty();
    assertThat(client.channel.isOpen()).isTrue();

    client.send(askFetch(), 2);
    fetch.call(0).answer().completeExceptionally(new IllegalStateException("a bug"));
    var fetched =
        (FetchResponse)
            TestingClient.response(ByteBuffer.wrap(client.received()), ApiKeys.FETCH, FETCH, 2);
    assertThat(fetched.error()).isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void aFailureWithoutAnswerClosesTheConnection() {
    client.send(askProduce(0), 1);
    produce.call(0).answer().completeExceptionally(new NotControllerException("no"));
    client.received();
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void aHandlerMayHangUpAfterWhatCameBeforeIsAnswered() {
    client.send(askMetadata(), 1);
    client.send(askMetadata(), 2);
    metadata.call(1).answer().completeExceptionally(new CloseConnection("enough"));
    client.send(askMetadata(), 3);
    assertThat(metadata.calls).hasSize(2);
    assertThat(client.channel.isOpen()).isTrue();

    metadata.call(0).answer().complete(cluster("last"));

    assertClusters("last");
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void answersOfOneTurnLeaveWithOneFlush() {
    byte[] frame = TestingClient.frame(new ApiVersionsRequest.Builder().build(), 1);
    ByteBuffer twice = ByteBuffer.allocate(2 * frame.length).put(frame).put(frame);
    int before = client.flushes();

    client.send(twice.array());

    ByteBuffer out = ByteBuffer.wrap(client.received());
    assertThat(out.remaining()).isEqualTo(2 * (4 + out.getInt(0)));
    assertThat(client.flushes() - before).isEqualTo(1);
  }

  @Test
  void drainingAnswersWhatIsUnderWayAndThenCloses() {
    client.send(askMetadata(), 1);
    var drained = connections.drain();
    client.channel.runPendingTasks();
    client.send(askMetadata(), 2);
    assertThat(metadata.calls).hasSize(1);
    assertThat(drained).isNotDone();

    metadata.call(0).answer().complete(cluster("bye"));

    assertClusters("bye");
    assertThat(drained).isCompleted();
  }
}

package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.ApiHandler.Ordering;
import io.myelin.broker.api.CloseConnection;
import io.myelin.broker.api.FileSlices;
import io.myelin.broker.net.TestingApis.ByHand;
import io.myelin.log.FileSlice;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  private static final short METADATA = 12;
  private static final short PRODUCE = 9;
  private static final short FETCH = 12;
  private static final int REQUESTS_MAX = 4;
  private static final int KEPT_BYTES_MAX = 20_000;

  private final ByHand<MetadataRequestData, MetadataResponseData> metadata =
      new ByHand<>(ApiKeys.METADATA, Ordering.PIPELINED, false);
  private final ByHand<CreateTopicsRequestData, CreateTopicsResponseData> createTopics =
      new ByHand<>(ApiKeys.CREATE_TOPICS, Ordering.EXCLUSIVE, false);
  private final ByHand<ProduceRequestData, ProduceResponseData> produce =
      new ByHand<>(ApiKeys.PRODUCE, Ordering.PIPELINED, true);
  private final ByHand<FetchRequestData, FetchResponseData> fetch =
      new ByHand<>(ApiKeys.FETCH, Ordering.PIPELINED, false);

  private final NetworkConfig config =
      new NetworkConfig(60_000, 100_000, 100_000, 10_000, REQUESTS_MAX, KEPT_BYTES_MAX, 1, 1);
  private final Connections connections =
      new Connections(
          config,
          TestingApis.of(metadata, createTopics, produce, fetch),
          TestingClient.CLOCK,
          RequestObserver.NONE);
  private final TestingClient client = new TestingClient(connections);

  @AfterEach
  void nothingLeaks() {
    client.assertClosesWithoutLeaks();
    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(config.requestMemoryBytes());
    assertThat(connections.count()).isZero();
  }

  @Test
  void whoeverWasAcceptedIsServedAlsoWhileTheOneBeforeIsNotGone() {
    connections.limit(new ConnectionLimits(1, 99, Map.of(), Integer.MAX_VALUE));
    TestingClient next = new TestingClient(connections);
    assertThat(next.channel.isOpen()).isTrue();
    next.assertClosesWithoutLeaks();
  }

  private static MetadataRequest askMetadata() {
    return MetadataRequest.Builder.allTopics().build(METADATA);
  }

  private static MetadataResponseData cluster(String id) {
    return new MetadataResponseData().setClusterId(id);
  }

  private static CreateTopicsRequest askCreateTopics() {
    return new CreateTopicsRequest.Builder(new CreateTopicsRequestData()).build((short) 7);
  }

  private static ProduceRequest askProduce(int acks) {
    return new ProduceRequest(
        new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1), PRODUCE);
  }

  private static FetchRequest askFetch() {
    return new FetchRequest(new FetchRequestData(), FETCH);
  }

  /** Asserts that exactly these answers to Metadata have left. */
  private void assertClusters(String... ids) {
    ByteBuffer out = ByteBuffer.wrap(client.received());
    for (String id : ids) {
      var response =
          (MetadataResponse)
              TestingClient.response(
                  out, ApiKeys.METADATA, METADATA, out.getInt(out.position() + 4));
      assertThat(response.data().clusterId()).isEqualTo(id);
    }
    assertThat(out.remaining()).isZero();
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
  void noMoreThanTheAllowedNumberOfRequestsIsUnderWay() {
    for (int i = 0; i < REQUESTS_MAX + 2; i++) {
      client.send(askMetadata(), i);
    }
    assertThat(metadata.calls).hasSize(REQUESTS_MAX);
    assertThat(client.channel.config().isAutoRead()).isFalse();

    metadata.call(0).answer().complete(cluster("a"));
    assertClusters("a");
    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 1);
    metadata.call(1).answer().complete(cluster("b"));
    assertClusters("b");
    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 2);
    assertThat(client.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void answersThatTheClientDoesNotReadHoldItBack() {
    client.stopReading();
    for (int i = 0; i < REQUESTS_MAX + 1; i++) {
      client.send(askMetadata(), i);
      if (i < REQUESTS_MAX) {
        metadata.call(i).answer().complete(cluster("c" + i));
      }
    }
    assertThat(metadata.calls).hasSize(REQUESTS_MAX);

    client.resumeReading();

    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 1);
    assertClusters("c0", "c1", "c2", "c3");
  }

  @Test
  void aLargeUnreadAnswerHoldsBackTheNextRequest() {
    client.stopReading();
    client.send(askMetadata(), 1);
    metadata.call(0).answer().complete(cluster("x".repeat(30_000)));
    client.send(askMetadata(), 2);
    metadata.call(1).answer().complete(cluster("y".repeat(31_000)));
    client.send(askMetadata(), 3);
    assertThat(metadata.calls).hasSize(3);
    metadata.call(2).answer().complete(cluster("z".repeat(30_000)));
    client.send(askMetadata(), 4);
    assertThat(metadata.calls).hasSize(3);
    client.resumeReading();
    assertThat(metadata.calls).hasSize(4);
    client.received();
  }

  @Test
  void framesThatHandlersKeepAreBounded() {
    byte[] large = TestingClient.padded(askProduce(1), 1, 15_000);
    client.send(large);
    client.send(large);
    client.send(large);
    assertThat(produce.calls).hasSize(2);
    assertThat(connections.requestMemoryFreeBytes()).isLessThanOrEqualTo(100_000 - 2 * 15_000);

    produce.call(0).answer().complete(new ProduceResponseData());

    assertThat(produce.calls).hasSize(3);
    produce.call(1).answer().complete(new ProduceResponseData());
    produce.call(2).answer().complete(new ProduceResponseData());
    client.received();
  }

  @Test
  void aFrameIsKeptUntilItsHandlerIsDoneEvenIfTheClientIsGone() {
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    client.channel.close();
    assertThat(connections.requestMemoryFreeBytes()).isLessThan(100_000);

    produce.call(0).answer().complete(new ProduceResponseData());

    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(100_000);
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
  void whatIsNotARequestEndsTheConnectionAfterWhatCameBeforeIsAnswered() {
    client.send(askMetadata(), 1);
    client.send(new byte[] {-1, -1, -1, -1, 7, 7});
    client.send(askMetadata(), 2);
    assertThat(metadata.calls).hasSize(1);

    metadata.call(0).answer().complete(cluster("last"));

    assertClusters("last");
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void requestsThatAreNotServedEndTheConnection() {
    byte[] unknownKey = {0, 0, 0, 8, 0x7F, 0, 0, 0, 0, 0, 0, 1};
    byte[] unservedKey =
        TestingClient.frame(
            new HeartbeatRequest.Builder(new org.apache.kafka.common.message.HeartbeatRequestData())
                .build((short) 4),
            1);
    byte[] oldVersion = {0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 1, -1, -1};
    byte[] newVersion = {0, 0, 0, 10, 0, 0, 0, 99, 0, 0, 0, 1, -1, -1};
    byte[] tooLong = {0, 1, -122, -95};
    byte[] twoGib = {127, -1, -1, -1};
    byte[] empty = {0, 0, 0, 0};
    byte[] cutHeader = {0, 0, 0, 5, 0, 3, 0, 12, 0};
    byte[] cutBody = {0, 0, 0, 11, 0, 3, 0, 12, 0, 0, 0, 1, -1, -1, 0};
    for (byte[] bytes :
        List.of(
            unknownKey,
            unservedKey,
            oldVersion,
            newVersion,
            tooLong,
            twoGib,
            empty,
            cutHeader,
            cutBody)) {
      TestingClient other = new TestingClient(connections);
      other.send(bytes);
      assertThat(other.received()).isEmpty();
      assertThat(other.channel.isOpen()).isFalse();
      other.assertClosesWithoutLeaks();
    }
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void randomBytesHarmNobody() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      TestingClient other = new TestingClient(connections);
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (bytes.length > 8 && random.nextInt(4) > 0) {
        // Plausible enough to get past the first checks.
        ApiKeys key =
            List.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH, ApiKeys.API_VERSIONS)
                .get(random.nextInt(4));
        ByteBuffer.wrap(bytes)
            .putInt(bytes.length - 4 - random.nextInt(3))
            .putShort(key.id)
            .putShort((short) random.nextInt(key.latestVersion() + 2));
      }
      other.send(bytes);
      other.received();
      for (var handler : List.of(metadata, produce, fetch, createTopics)) {
        handler.calls.forEach(call -> call.answer().complete(null));
        handler.calls.clear();
      }
      other.assertClosesWithoutLeaks();
    }
    client.send(askMetadata(), 1);
    metadata.call(0).answer().complete(cluster("unharmed"));
    assertClusters("unharmed");
  }

  @Test
  void damagedRequestsHarmNobody() {
    byte[] good = TestingClient.padded(askProduce(1), 1, 200);
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] bad = good.clone();
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt();
      }
      TestingClient other = new TestingClient(connections);
      other.send(bad);
      other.received();
      for (var handler : List.of(metadata, produce, fetch, createTopics)) {
        handler.calls.forEach(call -> call.answer().complete(null));
        handler.calls.clear();
      }
      other.assertClosesWithoutLeaks();
    }
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void recordsOfFilesLeaveAndAreReleased(@TempDir Path directory) throws Exception {
    byte[] content = "0123456789".repeat(100).getBytes("US-ASCII");
    for (boolean zeroCopy : new boolean[] {true, false}) {
      try (TestingSlices slices = new TestingSlices(directory.resolve("f"), content, zeroCopy)) {
        client.send(askFetch(), 1);
        fetch.calls.getLast().answer().complete(fetched(slices.slice(5, 100)));
        ByteBuffer out = ByteBuffer.wrap(client.received());
        var response = (FetchResponse) TestingClient.response(out, ApiKeys.FETCH, FETCH, 1);
        var records = response.data().responses().getFirst().partitions().getFirst().records();
        assertThat(records.sizeInBytes()).isEqualTo(100);
        slices.awaitReleased(1);
      }
    }
  }

  private static FetchResponseData fetched(FileSlice slice) {
    FetchResponseData data = new FetchResponseData();
    data.responses()
        .add(
            new FetchResponseData.FetchableTopicResponse()
                .setTopic("t")
                .setPartitions(
                    List.of(
                        new FetchResponseData.PartitionData().setRecords(new FileSlices(slice)))));
    return data;
  }

  @Test
  void slicesOfAnswersThatNobodyWaitsForAreReleased(@TempDir Path directory) throws Exception {
    try (TestingSlices slices = new TestingSlices(directory.resolve("f"), new byte[100])) {
      client.stopReading();
      client.send(askFetch(), 1);
      fetch.call(0).answer().complete(fetched(slices.slice(0, 10)));
      client.send(askMetadata(), 2);
      client.send(askFetch(), 3);
      fetch.call(1).answer().complete(fetched(slices.slice(10, 10)));
      client.send(askFetch(), 4);

      client.channel.close();
      fetch.call(2).answer().complete(fetched(slices.slice(20, 10)));
      slices.awaitReleased(3);
    }
  }

  @Test
  void anAnswerThatCannotBeEncodedEndsTheConnectionAndReleasesItsSlices(@TempDir Path directory)
      throws Exception {
    try (TestingSlices slices = new TestingSlices(directory.resolve("f"), new byte[10], false)) {
      client.send(askFetch(), 1);
      fetch.call(0).answer().complete(fetched(slices.slice(5, 100)));
      assertThat(client.received()).isEmpty();
      assertThat(client.channel.isOpen()).isFalse();
      slices.awaitReleased(1);
    }
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
  void anIdleConnectionIsClosed() {
    client.passSeconds(20);
    client.send(new ApiVersionsRequest.Builder().build(), 1);
    client.received();
    client.passSeconds(55);
    assertThat(client.channel.isOpen()).isTrue();
    client.passSeconds(25);
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void aFrameThatWaitsTooLongForMemoryEndsItsConnection() {
    TestingClient[] hoarders = new TestingClient[6];
    for (int i = 0; i < hoarders.length; i++) {
      hoarders[i] = new TestingClient(connections);
      hoarders[i].send(ByteBuffer.allocate(20).putInt(16_000).array());
    }
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    assertThat(produce.calls).isEmpty();
    assertThat(connections.framesWaiting()).isEqualTo(1);

    client.passSeconds(12);

    assertThat(client.channel.isOpen()).isFalse();
    assertThat(connections.framesWaiting()).isZero();
    for (TestingClient hoarder : hoarders) {
      hoarder.assertClosesWithoutLeaks();
    }
  }

  @Test
  void aFrameThatWaitsIsServedWhenAnotherConnectionGivesMemoryBack() {
    TestingClient hoarder = new TestingClient(connections);
    hoarder.send(ByteBuffer.allocate(20).putInt(95_000).array());
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    assertThat(produce.calls).isEmpty();

    hoarder.assertClosesWithoutLeaks();
    client.channel.runPendingTasks();

    assertThat(produce.calls).hasSize(1);
    produce.call(0).answer().complete(new ProduceResponseData());
    client.received();
  }

  @Test
  void aFrameThatDoesNotArriveEndsItsConnection() {
    client.send(ByteBuffer.allocate(20).putInt(10_000).array());
    client.passSeconds(45);
    assertThat(client.channel.isOpen()).isFalse();
    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(100_000);
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

package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.ApiHandler.Ordering;
import io.myelin.broker.api.FileSlices;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.net.TestingApis.ByHand;
import io.myelin.broker.net.TestingApis.Call;
import io.myelin.env.Clock;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over real sockets, with the transport that the platform has. */
@Timeout(20)
class KafkaServerTest {
  private static final short PRODUCE = 9;
  private static final short FETCH = 12;

  private final LinkedBlockingQueue<Call<FetchRequestData, FetchResponseData>> fetches =
      new LinkedBlockingQueue<>();
  private final ByHand<MetadataRequestData, MetadataResponseData> metadata =
      new ByHand<>(ApiKeys.METADATA, Ordering.PIPELINED, false);
  private KafkaServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close(0);
    }
  }

  private InetSocketAddress start(NetworkConfig config) throws IOException {
    return start(config, TestingClient.CLOCK);
  }

  private InetSocketAddress start(NetworkConfig config, Clock clock) throws IOException {
    server =
        new KafkaServer(
            config,
            TestingApis.of(new ChecksumOfProduce(), new QueueingFetch(), metadata),
            clock,
            RequestObserver.NONE);
    return server
        .start(
            List.of(
                new Listener(
                    "PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))))
        .getFirst();
  }

  /** Answers with the checksum of the records, as their offset. */
  private static final class ChecksumOfProduce
      implements ApiHandler<ProduceRequestData, ProduceResponseData> {
    @Override
    public ApiKeys key() {
      return ApiKeys.PRODUCE;
    }

    @Override
    public Ordering ordering() {
      return Ordering.PIPELINED;
    }

    @Override
    public boolean keepsFrame() {
      return true;
    }

    @Override
    public CompletionStage<ProduceResponseData> handle(
        RequestContext context, ProduceRequestData request) {
      var records =
          (MemoryRecords) request.topicData().iterator().next().partitionData().get(0).records();
      ProduceResponseData response = new ProduceResponseData();
      var partition =
          new ProduceResponseData.PartitionProduceResponse().setBaseOffset(crc(records.buffer()));
      response
          .responses()
          .add(
              new ProduceResponseData.TopicProduceResponse()
                  .setName("t")
                  .setPartitionResponses(List.of(partition)));
      return CompletableFuture.completedFuture(response);
    }
  }

  private final class QueueingFetch implements ApiHandler<FetchRequestData, FetchResponseData> {
    @Override
    public ApiKeys key() {
      return ApiKeys.FETCH;
    }

    @Override
    public CompletionStage<FetchResponseData> handle(
        RequestContext context, FetchRequestData request) {
      var call = new Call<>(context, request, new CompletableFuture<FetchResponseData>());
      fetches.add(call);
      return call.answer();
    }
  }

  private static long crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return crc.getValue();
  }

  private static byte[] produceFrame(byte[] records, int correlationId) {
    var data = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName("t")
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(records))))));
    ByteBuffer body = MessageUtil.toByteBufferAccessor(data, PRODUCE).buffer();
    ByteBuffer header =
        MessageUtil.toByteBufferAccessor(
                new RequestHeaderData()
                    .setRequestApiKey(ApiKeys.PRODUCE.id)
                    .setRequestApiVersion(PRODUCE)
                    .setClientId("me")
                    .setCorrelationId(correlationId),
                ApiKeys.PRODUCE.requestHeaderVersion(PRODUCE))
            .buffer();
    int length = header.remaining() + body.remaining();
    return ByteBuffer.allocate(4 + length).putInt(length).put(header).put(body).array();
  }

  private static ByteBuffer readFrame(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] frame = new byte[data.readInt()];
    data.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  @Test
  void framesOfAnySizeArriveIntact() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    Random random = new Random(42);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      int count = 300;
      long[] sums = new long[count];
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var out = new DataOutputStream(socket.getOutputStream());
                      for (int i = 0; i < count; i++) {
                        byte[] records = new byte[random.nextInt(1 << random.nextInt(21)) + 1];
                        random.nextBytes(records);
                        sums[i] = crc(ByteBuffer.wrap(records));
                        out.write(produceFrame(records, i));
                      }
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      for (int i = 0; i < count; i++) {
        ByteBuffer answer = readFrame(socket.getInputStream());
        assertThat(answer.getInt()).isEqualTo(i);
        answer.get(); // tagged fields of the header
        var response = new ProduceResponseData(new ByteBufferAccessor(answer), PRODUCE);
        assertThat(
                response.responses().iterator().next().partitionResponses().getFirst().baseOffset())
            .isEqualTo(sums[i]);
      }
      writer.join();
    }
    assertThat(server.connections().requestMemoryFreeBytes())
        .isEqualTo(NetworkConfig.defaults().requestMemoryBytes());
  }

  @Test
  void fileSlicesArriveIntactAndAreReleased(@TempDir Path directory) throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    try (TestingSlices slices = new TestingSlices(directory.resolve("f"), content);
        Socket socket = new Socket(address.getAddress(), address.getPort())) {
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write(TestingClient.frame(emptyFetch(), i));
        FetchResponseData data = new FetchResponseData();
        var topic = new FetchResponseData.FetchableTopicResponse().setTopic("t");
        data.responses().add(topic);
        for (int p = 0; p < 2; p++) {
          topic
              .partitions()
              .add(
                  new FetchResponseData.PartitionData()
                      .setPartitionIndex(p)
                      .setRecords(new FileSlices(slices.slice(p * 1_000_000 + i, 1_500_000))));
        }
        fetches.take().answer().complete(data);

        ByteBuffer answer = readFrame(socket.getInputStream());
        assertThat(answer.getInt()).isEqualTo(i);
        answer.get();
        var response = new FetchResponseData(new ByteBufferAccessor(answer), FETCH);
        for (int p = 0; p < 2; p++) {
          var records =
              (MemoryRecords) response.responses().getFirst().partitions().get(p).records();
          assertThat(records.buffer())
              .isEqualTo(ByteBuffer.wrap(content, p * 1_000_000 + i, 1_500_000));
        }
      }
      slices.awaitReleased(6);
    }
  }

  private static FetchRequest emptyFetch() {
    return new FetchRequest(new FetchRequestData(), FETCH);
  }

  @Test
  void answersRequestsUnderWayBeforeItStops() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(TestingClient.frame(emptyFetch(), 5));
      var call = fetches.take();
      Thread closing = Thread.ofVirtual().start(() -> server.close(10_000));
      assertThatThrownBy(
              () -> {
                while (true) {
                  new Socket(address.getAddress(), address.getPort()).close();
                }
              })
          .isInstanceOf(IOException.class);

      call.answer().complete(new FetchResponseData());

      assertThat(readFrame(socket.getInputStream()).getInt()).isEqualTo(5);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
      assertThat(server.connections().count()).isZero();
    }
  }

  @Test
  void whatAClientSentBeforeItClosedIsServed() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    int requests = 3 * NetworkConfig.defaults().connectionRequestsMax();
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      for (int i = 0; i < requests; i++) {
        socket.getOutputStream().write(produceFrame(new byte[100 * i + 1], i));
        socket.getOutputStream().write(TestingClient.frame(emptyFetch(), i));
      }
      socket.shutdownOutput();
      // A fetch holds back what follows it until it is answered.
      for (int i = 0; i < requests; i++) {
        fetches.take().answer().complete(new FetchResponseData());
      }
      awaitNoConnections();
    }
    assertThat(server.connections().requestMemoryFreeBytes())
        .isEqualTo(NetworkConfig.defaults().requestMemoryBytes());
  }

  @Test
  void aClientThatGoesAwayIsForgottenWhileItsRequestIsUnderWay() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    Call<FetchRequestData, FetchResponseData> call;
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(TestingClient.frame(emptyFetch(), 1));
      call = fetches.take();
    }
    awaitNoConnections();
    call.answer().complete(new FetchResponseData());
  }

  private void awaitNoConnections() {
    while (server.connections().count() > 0) {
      assertThat(Thread.interrupted()).as("timed out").isFalse();
      Thread.onSpinWait();
    }
  }

  private static final class LaterEachTime implements Clock {
    private final AtomicLong nowNs = new AtomicLong();

    @Override
    public long wallMs() {
      return 0;
    }

    @Override
    public long monotonicNs() {
      return nowNs.incrementAndGet();
    }
  }

  private void limitConnections(int max) {
    server.connections().limit(new ConnectionLimits(max, 99, Map.of(), Integer.MAX_VALUE));
  }

  @Test
  void connectionsBeyondTheLimitWaitUntilAnotherIsClosed() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    limitConnections(2);
    try (Socket first = connect(address);
        Socket second = connect(address);
        Socket third = connect(address)) {
      askApiVersions(first);
      askApiVersions(second);
      third.setSoTimeout(100);
      assertThatThrownBy(() -> askApiVersions(third)).isInstanceOf(SocketTimeoutException.class);
      assertThat(server.connections().count()).isEqualTo(2);

      first.close();

      third.setSoTimeout(0);
      readApiVersions(third);
      askApiVersions(second);
    }
  }

  @Test
  void connectionsThatWaitAreServedWhenTheLimitIsRaised() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    limitConnections(1);
    try (Socket first = connect(address);
        Socket second = connect(address)) {
      askApiVersions(first);

      limitConnections(2);

      askApiVersions(second);
      askApiVersions(first);
    }
  }

  @Test
  void aLimitThatIsLoweredClosesTheConnectionsThatWereQuietForLongest() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults(), new LaterEachTime());
    try (Socket first = connect(address);
        Socket second = connect(address);
        Socket third = connect(address)) {
      while (server.connections().count() < 3) {
        assertThat(Thread.interrupted()).as("timed out").isFalse();
        Thread.onSpinWait();
      }
      askApiVersions(first);

      limitConnections(1);

      assertThat(second.getInputStream().read()).isEqualTo(-1);
      assertThat(third.getInputStream().read()).isEqualTo(-1);
      askApiVersions(first);
    }
  }

  @Test
  void limitsHoldFromTheMomentTheyChange() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    try (Socket first = connect(address);
        Socket second = connect(address)) {
      askApiVersions(first);
      askApiVersions(second);
      server.connections().limit(new ConnectionLimits(9, 1, Map.of(), Integer.MAX_VALUE));
      assertRefused(address);
      askApiVersions(second); // it was there before

      server.connections().limit(ConnectionLimits.NONE);
      try (Socket third = connect(address)) {
        askApiVersions(third);
      }
    }
  }

  @Test
  void anAddressMayHaveALimitOfItsOwn() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    server
        .connections()
        .limit(
            new ConnectionLimits(
                9, 0, Map.of(InetAddress.getLoopbackAddress(), 1), Integer.MAX_VALUE));
    try (Socket first = connect(address)) {
      askApiVersions(first);
      assertRefused(address);
    }
  }

  @Test
  void connectionsAheadOfTheRateWaitUntilItIsTheirTurn() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    server.connections().limit(new ConnectionLimits(99, 99, Map.of(), 5));
    List<Socket> sockets = new ArrayList<>();
    long beganNs = System.nanoTime();
    try {
      for (int i = 0; i < 8; i++) {
        Socket socket = connect(address);
        sockets.add(socket);
        askApiVersions(socket);
      }
      // A second's worth (5) and one more come at once, two wait for 200 ms each.
      assertThat(System.nanoTime() - beganNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void asManyConnectionsWaitToBeAcceptedAsTheSettingSays() throws Exception {
    InetSocketAddress address = start(withBacklog(1));
    limitConnections(0);
    assertThat(connectUntilOneIsLeftOut(address, 50)).isLessThan(20);
    stop();

    address = start(NetworkConfig.defaults());
    limitConnections(0);
    assertThat(connectUntilOneIsLeftOut(address, 50)).isEqualTo(50);
  }

  private static NetworkConfig withBacklog(int backlog) {
    NetworkConfig defaults = NetworkConfig.defaults();
    return new NetworkConfig(
        defaults.connectionsMaxIdleMs(),
        defaults.requestBytesMax(),
        defaults.requestMemoryBytes(),
        defaults.requestMemoryWaitMsMax(),
        defaults.connectionRequestsMax(),
        defaults.connectionBytesMax(),
        defaults.ioThreads(),
        backlog);
  }

  /** How many the system takes that the server does not accept. */
  private static int connectUntilOneIsLeftOut(InetSocketAddress address, int max)
      throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < max) {
        Socket socket = new Socket();
        try {
          socket.connect(address, 200);
          sockets.add(socket);
        } catch (SocketTimeoutException e) {
          socket.close();
          break;
        }
      }
      return sockets.size();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  private static void assertRefused(InetSocketAddress address) throws IOException {
    try (Socket socket = connect(address)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static void askApiVersions(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(TestingClient.frame(new ApiVersionsRequest.Builder().build((short) 3), 9));
    readApiVersions(socket);
  }

  private static void readApiVersions(Socket socket) throws IOException {
    ByteBuffer answer = readFrame(socket.getInputStream());
    assertThat(answer.getInt()).isEqualTo(9);
    var response = new ApiVersionsResponseData(new ByteBufferAccessor(answer), (short) 3);
    assertThat(response.errorCode()).isZero();
  }

  @Test
  void aPortInUseIsNamedInTheError() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    KafkaServer other =
        new KafkaServer(
            NetworkConfig.defaults(),
            TestingApis.of(metadata),
            TestingClient.CLOCK,
            RequestObserver.NONE);
    assertThatThrownBy(() -> other.start(List.of(new Listener("OTHER", address))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Integer.toString(address.getPort()))
        .hasMessageContaining("OTHER");
  }

  @Test
  void idleConnectionsHoldNoBuffers() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        sockets.add(socket);
        askApiVersions(socket);
      }
      CompletableFuture<Long> pinned = new CompletableFuture<>();
      socketTask(sockets.getFirst(), pinned);
      assertThat(pinned.get(10, TimeUnit.SECONDS)).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Once a later request is dispatched, what the earlier ones needed has been given back. */
  private void socketTask(Socket socket, CompletableFuture<Long> pinned) throws IOException {
    socket
        .getOutputStream()
        .write(TestingClient.frame(MetadataRequest.Builder.allTopics().build((short) 12), 1));
    while (true) {
      try {
        var call = metadata.call(0);
        call.context()
            .eventLoop()
            .execute(() -> pinned.complete(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()));
        return;
      } catch (IndexOutOfBoundsException e) {
        assertThat(Thread.interrupted()).as("timed out").isFalse();
        Thread.onSpinWait();
      }
    }
  }
}

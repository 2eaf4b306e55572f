package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.broker.api.FileSlices;
import io.myelin.broker.net.TestingApis.Call;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives, leaves and ends over real sockets. */
class KafkaServerTest extends KafkaServerFixture {
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

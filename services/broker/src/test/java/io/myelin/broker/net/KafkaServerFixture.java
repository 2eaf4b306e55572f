package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.ApiHandler.Ordering;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.net.TestingApis.ByHand;
import io.myelin.broker.net.TestingApis.Call;
import io.myelin.env.Clock;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32C;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server on real sockets, with the transport that the platform has. */
@Timeout(20)
abstract class KafkaServerFixture {
  static final short PRODUCE = 9;
  static final short FETCH = 12;

  final LinkedBlockingQueue<Call<FetchRequestData, FetchResponseData>> fetches =
      new LinkedBlockingQueue<>();
  final ByHand<MetadataRequestData, MetadataResponseData> metadata =
      new ByHand<>(ApiKeys.METADATA, Ordering.PIPELINED, false);
  KafkaServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close(0);
    }
  }

  InetSocketAddress start(NetworkConfig config) throws IOException {
    return start(config, TestingClient.CLOCK);
  }

  InetSocketAddress start(NetworkConfig config, Clock clock) throws IOException {
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
  static final class ChecksumOfProduce
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

  final class QueueingFetch implements ApiHandler<FetchRequestData, FetchResponseData> {
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

  static long crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return crc.getValue();
  }

  static ByteBuffer readFrame(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] frame = new byte[data.readInt()];
    data.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  static FetchRequest emptyFetch() {
    return new FetchRequest(new FetchRequestData(), FETCH);
  }

  static Socket connect(InetSocketAddress address) throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  static void askApiVersions(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(TestingClient.frame(new ApiVersionsRequest.Builder().build((short) 3), 9));
    readApiVersions(socket);
  }

  static void readApiVersions(Socket socket) throws IOException {
    ByteBuffer answer = readFrame(socket.getInputStream());
    assertThat(answer.getInt()).isEqualTo(9);
    var response = new ApiVersionsResponseData(new ByteBufferAccessor(answer), (short) 3);
    assertThat(response.errorCode()).isZero();
  }
}

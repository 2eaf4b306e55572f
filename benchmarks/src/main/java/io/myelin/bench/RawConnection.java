package io.myelin.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/** One socket that speaks just enough of the protocol, so that thousands fit into the harness. */
final class RawConnection implements AutoCloseable {
  // The last versions that name a topic by its name.
  private static final short PRODUCE_VERSION = 12;
  private static final short FETCH_VERSION = 12;
  private static final int TIMEOUT_MS = 30_000;

  private final Socket socket = new Socket();
  private int correlationId;

  RawConnection(String bootstrap, int receiveBufferBytes) throws IOException {
    String[] address = bootstrap.split(":");
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])), TIMEOUT_MS);
  }

  /** Returns after the acknowledgement; throws when the broker refuses the records. */
  void produce(String topic, MemoryRecords records) throws IOException {
    send(
        ApiKeys.PRODUCE,
        PRODUCE_VERSION,
        new ProduceRequestData()
            .setAcks((short) -1)
            .setTimeoutMs(TIMEOUT_MS)
            .setTopicData(
                new ProduceRequestData.TopicProduceDataCollection(
                    List.of(
                            new ProduceRequestData.TopicProduceData()
                                .setName(topic)
                                .setPartitionData(
                                    List.of(
                                        new ProduceRequestData.PartitionProduceData()
                                            .setIndex(0)
                                            .setRecords(records))))
                        .iterator())));
    ByteBuffer frame = receive();
    ResponseHeader.parse(frame, ApiKeys.PRODUCE.responseHeaderVersion(PRODUCE_VERSION));
    short error =
        new ProduceResponseData(new ByteBufferAccessor(frame), PRODUCE_VERSION)
            .responses()
            .iterator()
            .next()
            .partitionResponses()
            .getFirst()
            .errorCode();
    if (error != 0) {
      throw new IOException("produce was answered with error " + error);
    }
  }

  /** Asks for records from the start of the partition, and does not wait for them. */
  void askForRecords(String topic, int bytesMax) throws IOException {
    send(
        ApiKeys.FETCH,
        FETCH_VERSION,
        new FetchRequestData()
            .setMaxWaitMs(500)
            .setMinBytes(1)
            .setMaxBytes(bytesMax)
            .setSessionEpoch(-1)
            .setTopics(
                List.of(
                    new FetchRequestData.FetchTopic()
                        .setTopic(topic)
                        .setPartitions(
                            List.of(
                                new FetchRequestData.FetchPartition()
                                    .setPartition(0)
                                    .setPartitionMaxBytes(bytesMax))))));
  }

  /** The next response, without its length. */
  ByteBuffer receive() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  private void send(ApiKeys key, short version, ApiMessage message) throws IOException {
    RequestHeader header = new RequestHeader(key, version, "crowd", correlationId++);
    ByteBuffer body =
        RequestUtils.serialize(header.data(), header.headerVersion(), message, version);
    ByteBuffer frame = ByteBuffer.allocate(4 + body.remaining());
    frame.putInt(body.remaining()).put(body);
    socket.getOutputStream().write(frame.array());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

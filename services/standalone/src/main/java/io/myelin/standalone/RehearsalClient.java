package io.myelin.standalone;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * An idempotent producer's connection to a broker: one request at a time, to partition 0 of one
 * topic. Confined to one thread, which waits for the answers, but not for long.
 */
final class RehearsalClient implements AutoCloseable {
  private static final int ANSWER_MS_MAX = 5_000;
  private static final short ALL = -1;
  private static final int FETCH_BYTES_MAX = 1 << 20;

  private final Uuid topic;
  private final Socket socket = new Socket();
  private int requests;

  RehearsalClient(Uuid topic) {
    this.topic = topic;
  }

  /** Before anything else. */
  void connect(InetSocketAddress broker) throws IOException {
    socket.setSoTimeout(ANSWER_MS_MAX);
    socket.setTcpNoDelay(true);
    socket.connect(broker, ANSWER_MS_MAX);
    AbstractResponse _ = ask(new ApiVersionsRequest.Builder().build());
  }

  /** Sends one record with acks=all, and returns what became of it. */
  Errors produce(int sequence) throws IOException {
    MemoryRecords records =
        MemoryRecords.withIdempotentRecords(
            Compression.NONE, 1, (short) 0, sequence, new SimpleRecord(new byte[100]));
    PartitionProduceData partition = new PartitionProduceData().setIndex(0).setRecords(records);
    ProduceRequestData data =
        new ProduceRequestData()
            .setAcks(ALL)
            .setTimeoutMs(ANSWER_MS_MAX)
            .setTopicData(
                new TopicProduceDataCollection(
                    List.of(
                            new TopicProduceData()
                                .setTopicId(topic)
                                .setPartitionData(List.of(partition)))
                        .iterator()));
    ProduceResponse response = (ProduceResponse) ask(ProduceRequest.builder(data).build());
    return Errors.forCode(
        response.data().responses().iterator().next().partitionResponses().getFirst().errorCode());
  }

  /** Reads from the beginning. */
  void fetch() throws IOException {
    FetchRequest.PartitionData from =
        new FetchRequest.PartitionData(topic, 0, 0, FETCH_BYTES_MAX, Optional.empty());
    AbstractResponse _ =
        ask(
            FetchRequest.Builder.forConsumer(
                    ApiKeys.FETCH.latestVersion(), 0, 1, Map.of(new TopicPartition("", 0), from))
                .build());
  }

  private AbstractResponse ask(AbstractRequest request) throws IOException {
    RequestHeader header =
        new RequestHeader(request.apiKey(), request.version(), "rehearsal", requests++);
    ByteBuffer body = request.serializeWithHeader(header);
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.remaining());
    frame.putInt(body.remaining()).put(body);
    socket.getOutputStream().write(frame.array());
    DataInputStream answers = new DataInputStream(socket.getInputStream());
    byte[] answer = new byte[answers.readInt()];
    answers.readFully(answer);
    return AbstractResponse.parseResponse(ByteBuffer.wrap(answer), header);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

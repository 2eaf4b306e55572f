package io.myelin.broker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** A socket that sends what no client library would. */
final class RawClient implements AutoCloseable {
  private static final short PRODUCE_BY_NAME = 12;
  private static final short FETCH_BY_NAME = 12;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  RawClient(InetSocketAddress address) throws IOException {
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.connect(address);
    in = new DataInputStream(socket.getInputStream());
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Whether the broker ends the connection without another byte. */
  boolean isClosedByBroker() throws IOException {
    try {
      return in.read() == -1;
    } catch (SocketException e) {
      return true; // reset: bytes of ours were on their way
    }
  }

  static byte[] frame(AbstractRequest request) {
    ByteBuffer body =
        request.serializeWithHeader(
            new RequestHeader(request.apiKey(), request.version(), "raw", 7));
    return ByteBuffer.allocate(4 + body.remaining()).putInt(body.remaining()).put(body).array();
  }

  static byte[] frame(ApiKeys api, int version, ApiMessage body) {
    RequestHeader header = header(api, version);
    ByteBuffer request =
        RequestUtils.serialize(header.data(), header.headerVersion(), body, (short) version);
    return ByteBuffer.allocate(4 + request.remaining())
        .putInt(request.remaining())
        .put(request)
        .array();
  }

  private static RequestHeader header(ApiKeys api, int version) {
    return new RequestHeader(api, (short) version, "raw", 7);
  }

  ByteBuffer receive() throws IOException {
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return ByteBuffer.wrap(body);
  }

  /** Whether something comes within that time; otherwise the broker may have hung up. */
  boolean hears(int timeoutMs) throws IOException {
    socket.setSoTimeout(timeoutMs);
    try {
      return in.read() != -1;
    } catch (SocketTimeoutException | SocketException e) {
      return false;
    }
  }

  /** Whether an answer came; otherwise the broker has closed the connection. */
  boolean isAnswered() throws IOException {
    try {
      receive();
      return true;
    } catch (EOFException | SocketException e) {
      return false;
    }
  }

  @SuppressWarnings("unchecked") // the response that belongs to the request
  <A extends ApiMessage> A ask(AbstractRequest request) throws IOException {
    send(frame(request));
    RequestHeader header = new RequestHeader(request.apiKey(), request.version(), "raw", 7);
    return (A) AbstractResponse.parseResponse(receive(), header).data();
  }

  @SuppressWarnings("unchecked") // the response that belongs to the request
  <A extends ApiMessage> A ask(ApiKeys api, int version, ApiMessage body) throws IOException {
    send(frame(api, version, body));
    return (A) AbstractResponse.parseResponse(receive(), header(api, version)).data();
  }

  short createTopic(String name) throws IOException {
    return createTopic(name, Map.of());
  }

  short createTopic(String name, Map<String, String> configs) throws IOException {
    CreateTopicsRequestData.CreatableTopic topic =
        new CreateTopicsRequestData.CreatableTopic()
            .setName(name)
            .setNumPartitions(1)
            .setReplicationFactor((short) 1);
    configs.forEach(
        (key, value) ->
            topic
                .configs()
                .add(
                    new CreateTopicsRequestData.CreatableTopicConfig()
                        .setName(key)
                        .setValue(value)));
    CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
    data.topics().add(topic);
    CreateTopicsResponseData answer = ask(new CreateTopicsRequest.Builder(data).build((short) 5));
    return answer.topics().iterator().next().errorCode();
  }

  PartitionProduceResponse produce(String topic, int partition, BaseRecords records)
      throws IOException {
    send(frame(produceRequest(topic, partition, records)));
    ProduceResponse response =
        (ProduceResponse)
            AbstractResponse.parseResponse(receive(), header(ApiKeys.PRODUCE, PRODUCE_BY_NAME));
    return response.data().responses().iterator().next().partitionResponses().getFirst();
  }

  static ProduceRequest produceRequest(String topic, int partition, BaseRecords records) {
    ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(records))));
    return new ProduceRequest(data, PRODUCE_BY_NAME);
  }

  static FetchRequest fetchRequest(String topic, int partition, long offset) {
    return new FetchRequest(
        new FetchRequestData()
            .setReplicaState(new FetchRequestData.ReplicaState())
            .setMaxWaitMs(0)
            .setMinBytes(1)
            .setMaxBytes(1 << 30)
            .setTopics(
                List.of(
                    new FetchRequestData.FetchTopic()
                        .setTopic(topic)
                        .setPartitions(
                            List.of(
                                new FetchRequestData.FetchPartition()
                                    .setPartition(partition)
                                    .setFetchOffset(offset)
                                    .setPartitionMaxBytes(1 << 30))))),
        FETCH_BY_NAME);
  }

  FetchResponseData.PartitionData fetch(String topic, int partition, long offset)
      throws IOException {
    FetchResponseData answer = ask(fetchRequest(topic, partition, offset));
    return answer.responses().getFirst().partitions().getFirst();
  }

  ListOffsetsResponseData.ListOffsetsPartitionResponse latestOffset(String topic, int partition)
      throws IOException {
    return listOffsets(
        7,
        topic,
        new ListOffsetsRequestData.ListOffsetsPartition()
            .setPartitionIndex(partition)
            .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP));
  }

  ListOffsetsResponseData.ListOffsetsPartitionResponse listOffsets(
      int version, String topic, ListOffsetsRequestData.ListOffsetsPartition wanted)
      throws IOException {
    ListOffsetsRequestData data = new ListOffsetsRequestData().setReplicaId(-1);
    data.topics()
        .add(
            new ListOffsetsRequestData.ListOffsetsTopic()
                .setName(topic)
                .setPartitions(List.of(wanted)));
    ListOffsetsResponseData answer = ask(ApiKeys.LIST_OFFSETS, version, data);
    return answer.topics().getFirst().partitions().getFirst();
  }

  /** A batch of records as a client makes it. */
  static ByteBuffer batch(Compression compression, int records) {
    SimpleRecord[] content = new SimpleRecord[records];
    for (int i = 0; i < records; i++) {
      content[i] =
          new SimpleRecord(
              1_700_000_000_000L + i, ("k" + i).getBytes(StandardCharsets.UTF_8), new byte[100]);
    }
    return MemoryRecords.withRecords(compression, content).buffer();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

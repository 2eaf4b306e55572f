package io.myelin.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
  private final RequestDecoder decoder =
      new RequestDecoder((key, version) -> key.isVersionSupported(version));

  private static final int HEAP_BYTES_MAX = 1 << 20;

  private final RequestDecoder bounded =
      new RequestDecoder((key, version) -> key.isVersionSupported(version), HEAP_BYTES_MAX);

  private static byte[] frame(ApiKeys key, int version, ApiMessage body) {
    ByteBuffer header =
        MessageUtil.toByteBufferAccessor(
                new RequestHeaderData()
                    .setRequestApiKey(key.id)
                    .setRequestApiVersion((short) version)
                    .setClientId("me")
                    .setCorrelationId(11),
                key.requestHeaderVersion((short) version))
            .buffer();
    ByteBuffer bytes = MessageUtil.toByteBufferAccessor(body, (short) version).buffer();
    return ByteBuffer.allocate(header.remaining() + bytes.remaining())
        .put(header)
        .put(bytes)
        .array();
  }

  @Test
  void everyRequestInEachVersionIsRead() throws Exception {
    // An empty filter of access rules is not a valid one.
    EnumSet<ApiKeys> keys = ApiKeys.brokerApis();
    keys.removeAll(List.of(ApiKeys.DESCRIBE_ACLS, ApiKeys.CREATE_ACLS, ApiKeys.DELETE_ACLS));
    for (ApiKeys key : keys) {
      for (short version : key.allVersions()) {
        ApiMessage body = ApiMessageType.fromApiKey(key.id).newRequest();
        ByteBuf frame = Unpooled.wrappedBuffer(frame(key, version, body));
        DecodedRequest request = decoder.decode(frame);
        assertThat(request.header().correlationId()).isEqualTo(11);
        assertThat(request.header().clientId()).isEqualTo("me");
        assertThat(request.body().apiKey()).isEqualTo(key);
        assertThat(request.body().version()).isEqualTo(version);
        assertThat(frame.readerIndex()).isZero();
      }
    }
  }

  @Test
  void recordsAreViewsOfTheFrame() throws Exception {
    ByteBuf frame = Unpooled.directBuffer();
    frame.writeBytes(frame(ApiKeys.PRODUCE, 9, produce()));
    var records = recordsOf(decoder.decode(frame));
    assertThat(bytesOf(records)).isEqualTo(bytesOf(batch()));

    for (int i = 0; i < frame.writerIndex(); i++) {
      frame.setByte(i, 7);
    }

    assertThat(bytesOf(records)).containsOnly(7);
    frame.release();
  }

  private static MemoryRecords batch() {
    return MemoryRecords.withRecords(
        Compression.NONE, new SimpleRecord(5, "hello".getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] bytesOf(MemoryRecords records) {
    byte[] bytes = new byte[records.sizeInBytes()];
    records.buffer().duplicate().get(bytes);
    return bytes;
  }

  private static ProduceRequestData produce() {
    var data = new ProduceRequestData().setAcks((short) 1);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName("t")
                .setPartitionData(
                    List.of(new ProduceRequestData.PartitionProduceData().setRecords(batch()))));
    return data;
  }

  private static MemoryRecords recordsOf(DecodedRequest request) {
    var produce = (ProduceRequestData) request.body().data();
    return (MemoryRecords)
        produce.topicData().iterator().next().partitionData().getFirst().records();
  }

  @Test
  void namesWhatIsNotServed() {
    RequestDecoder onlyApiVersions =
        new RequestDecoder((key, version) -> key == ApiKeys.API_VERSIONS && version <= 4);
    assertThatThrownBy(
            () ->
                onlyApiVersions.decode(
                    Unpooled.wrappedBuffer(frame(ApiKeys.PRODUCE, 9, produce()))))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("PRODUCE version 9");
    assertThatThrownBy(
            () -> onlyApiVersions.decode(Unpooled.wrappedBuffer(new byte[] {100, 0, 0, 1, 0, 0})))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("unknown API key 25600");
    assertThatThrownBy(() -> onlyApiVersions.decode(Unpooled.wrappedBuffer(new byte[3])))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("3 bytes");
  }

  @Test
  void apiVersionsFromTheFutureIsToBeAnsweredWithVersionZero() throws Exception {
    byte[] frame = frame(ApiKeys.API_VERSIONS, 4, ApiMessageType.API_VERSIONS.newRequest());
    frame[3] = 50;
    DecodedRequest request = decoder.decode(Unpooled.wrappedBuffer(frame));
    assertThat(request.header().apiVersion()).isEqualTo((short) 50);
    assertThat(request.body().version()).isZero();
    assertThat(((ApiVersionsRequest) request.body()).hasUnsupportedRequestVersion()).isTrue();
  }

  @Test
  void aListThatClaimsMoreThanFitsIsRefusedBeforeItIsReserved() {
    ByteBuffer body = ByteBuffer.allocate(HEAP_BYTES_MAX).putInt(0, HEAP_BYTES_MAX / 8);
    assertRefused(ApiKeys.DESCRIBE_GROUPS, 0, body, "collection of size " + HEAP_BYTES_MAX / 8);
  }

  @Test
  void manySmallFieldsAreRefusedWhenTheyTakeMoreThanTheirFrame() {
    int groups = HEAP_BYTES_MAX / (2 * BoundedReadable.HEAP_BYTES_PER_READ);
    ByteBuffer body = ByteBuffer.allocate(4 + 2 * groups).putInt(0, groups);
    assertRefused(ApiKeys.DESCRIBE_GROUPS, 0, body, "would take more than " + HEAP_BYTES_MAX);
  }

  @Test
  void unknownTaggedFieldsAreRefusedWhenTheyTakeMoreThanTheirFrame() {
    int tags = HEAP_BYTES_MAX / BoundedReadable.HEAP_BYTES_PER_READ;
    ByteBuffer body = ByteBuffer.allocate(8 + 2 * tags);
    body.put((byte) 1); // no groups
    body.put((byte) 0); // includeAuthorizedOperations
    ByteUtils.writeUnsignedVarint(tags, body);
    assertRefused(ApiKeys.DESCRIBE_GROUPS, 5, body.rewind(), "would take more than");
    ByteBuffer header = ByteBuffer.allocate(32 + 2 * tags);
    header.putShort(ApiKeys.DESCRIBE_GROUPS.id).putShort((short) 5).putInt(11).putShort((short) -1);
    ByteUtils.writeUnsignedVarint(tags, header);
    assertThatThrownBy(() -> bounded.decode(Unpooled.wrappedBuffer(header.rewind())))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("header")
        .hasMessageContaining("would take more than");
  }

  @Test
  void bytesThatAreCopiedCountAsTheyAre() throws Exception {
    SyncGroupRequestData half =
        new SyncGroupRequestData()
            .setAssignments(
                List.of(
                    new SyncGroupRequestData.SyncGroupRequestAssignment()
                        .setMemberId("m")
                        .setAssignment(new byte[HEAP_BYTES_MAX / 2])));
    ByteBuf frame = Unpooled.wrappedBuffer(frame(ApiKeys.SYNC_GROUP, 3, half));
    assertThat(bounded.decode(frame).body().data()).isEqualTo(half);

    half.assignments().getFirst().setAssignment(new byte[HEAP_BYTES_MAX]);
    assertThatThrownBy(
            () -> bounded.decode(Unpooled.wrappedBuffer(frame(ApiKeys.SYNC_GROUP, 3, half))))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("would take more than");
  }

  @Test
  void recordsCostNothingHoweverManyBytesTheyAre() throws Exception {
    ProduceRequestData large = produce();
    large
        .topicData()
        .iterator()
        .next()
        .partitionData()
        .getFirst()
        .setRecords(
            MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(5, new byte[2 * HEAP_BYTES_MAX])));
    DecodedRequest request =
        bounded.decode(Unpooled.wrappedBuffer(frame(ApiKeys.PRODUCE, 9, large)));
    assertThat(recordsOf(request).sizeInBytes()).isGreaterThan(2 * HEAP_BYTES_MAX);
  }

  private void assertRefused(ApiKeys key, int version, ByteBuffer body, String why) {
    ByteBuffer header =
        MessageUtil.toByteBufferAccessor(
                new RequestHeaderData()
                    .setRequestApiKey(key.id)
                    .setRequestApiVersion((short) version)
                    .setCorrelationId(11),
                key.requestHeaderVersion((short) version))
            .buffer();
    assertThatThrownBy(() -> bounded.decode(Unpooled.wrappedBuffer(header, body)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aCutFrameIsRefusedAtEachPosition() {
    byte[] frame = frame(ApiKeys.PRODUCE, 9, produce());
    for (int length = 0; length < frame.length; length++) {
      ByteBuf cut = Unpooled.wrappedBuffer(frame, 0, length);
      assertThatThrownBy(() -> decoder.decode(cut)).isInstanceOf(BadRequestException.class);
    }
  }

  @Test
  void garbageIsRefusedOrReadButNeverAnythingElse() {
    ApiKeys[] keys = ApiKeys.brokerApis().toArray(new ApiKeys[0]);
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length >= 4) {
        ApiKeys key = keys[random.nextInt(keys.length)];
        ByteBuffer.wrap(bytes)
            .putShort(key.id)
            .putShort((short) random.nextInt(key.latestVersion() + 2));
      }
      try {
        assertThat(decoder.decode(Unpooled.wrappedBuffer(bytes)).body()).isNotNull();
      } catch (BadRequestException e) {
        assertThat(e).as("seed %d", seed).hasMessageMatching("(?s).+");
      }
    }
  }
}

package io.myelin.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class ResponseEncoderTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final List<Object> parts = new ArrayList<>();
  private final ResponseParts out =
      new ResponseParts() {
        @Override
        public void bytes(ByteBuf part) {
          parts.add(part);
        }

        @Override
        public void records(BaseRecords records) {
          parts.add(records);
        }
      };

  /** Records that are not in memory. */
  private record Elsewhere(int sizeInBytes) implements BaseRecords {
    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
      throw new UnsupportedOperationException();
    }
  }

  private static byte[] kafkas(ApiKeys key, short version, int correlationId, ApiMessage message) {
    ByteBuffer header =
        MessageUtil.toByteBufferAccessor(
                new ResponseHeaderData().setCorrelationId(correlationId),
                key.responseHeaderVersion(version))
            .buffer();
    ByteBuffer body = MessageUtil.toByteBufferAccessor(message, version).buffer();
    int length = header.remaining() + body.remaining();
    return ByteBuffer.allocate(4 + length).putInt(length).put(header).put(body).array();
  }

  private byte[] joined() {
    ByteBuf all = Unpooled.buffer();
    for (Object part : parts) {
      if (part instanceof ByteBuf bytes) {
        all.writeBytes(bytes);
        bytes.release();
      } else {
        all.writeZero(((BaseRecords) part).sizeInBytes());
      }
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    return bytes;
  }

  @Test
  void everyResponseInEachVersionHasTheBytesThatKafkaWrites() {
    for (ApiKeys key : ApiKeys.values()) {
      for (short version = key.latestVersion(); version >= key.oldestVersion(); version--) {
        if (version < 0) {
          continue;
        }
        parts.clear();
        ApiMessage message = ApiMessageType.fromApiKey(key.id).newResponse();
        int bytes = ResponseEncoder.encode(allocator, key, version, 77, message, out);
        byte[] wire = joined();
        assertThat(wire).as("%s v%d", key, version).isEqualTo(kafkas(key, version, 77, message));
        assertThat(bytes).isEqualTo(wire.length);
      }
    }
  }

  @Property(tries = 200)
  void stringsAndNumbersComeOutAsKafkaWritesThem(
      @ForAll String clusterId, @ForAll int controller, @ForAll short error) {
    MetadataResponseData message =
        new MetadataResponseData()
            .setClusterId(clusterId.replaceAll("[\\ud800-\\udfff]", ""))
            .setControllerId(controller);
    message
        .topics()
        .add(
            new MetadataResponseData.MetadataResponseTopic()
                .setName("t".repeat(controller & 0x1FF))
                .setErrorCode(error));
    ResponseEncoder.encode(allocator, ApiKeys.METADATA, (short) 12, controller, message, out);
    assertThat(joined()).isEqualTo(kafkas(ApiKeys.METADATA, (short) 12, controller, message));
    parts.clear();
  }

  @Test
  void recordsElsewhereGoToTheReceiverBetweenTheirNeighbours() {
    var elsewhere = new Elsewhere(1000);
    FetchResponseData message = fetched(elsewhere, MemoryRecords.EMPTY, new Elsewhere(0), null);
    int bytes = ResponseEncoder.encode(allocator, ApiKeys.FETCH, (short) 12, 5, message, out);

    assertThat(parts).hasSize(3);
    assertThat(parts.get(1)).isSameAs(elsewhere);
    byte[] wire = joined();
    assertThat(wire).hasSize(bytes);
    var accessor = new ByteBufferAccessor(ByteBuffer.wrap(wire));
    assertThat(accessor.readInt()).isEqualTo(bytes - 4);
    new ResponseHeaderData(accessor, ApiKeys.FETCH.responseHeaderVersion((short) 12));
    var read = new FetchResponseData(accessor, (short) 12);
    assertThat(read.responses().getFirst().partitions())
        .extracting(p -> p.records() == null ? 0 : p.records().sizeInBytes())
        .containsExactly(1000, 0, 0, 0);
    assertThat(accessor.remaining()).isZero();
  }

  @Test
  void recordsInMemoryAreNotCopied() {
    MemoryRecords records =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord("hello".getBytes(StandardCharsets.UTF_8)));
    FetchResponseData message = fetched(records);
    ResponseEncoder.encode(allocator, ApiKeys.FETCH, (short) 12, 5, message, out);
    assertThat(((ByteBuf) parts.get(1)).array()).isSameAs(records.buffer().array());
    assertThat(joined()).isEqualTo(kafkas(ApiKeys.FETCH, (short) 12, 5, message));
  }

  private static FetchResponseData fetched(BaseRecords... records) {
    FetchResponseData message = new FetchResponseData();
    var topic = new FetchResponseData.FetchableTopicResponse().setTopic("t");
    message.responses().add(topic);
    for (BaseRecords each : records) {
      topic.partitions().add(new FetchResponseData.PartitionData().setRecords(each));
    }
    return message;
  }

  @Test
  void apiVersionsIsAnsweredWithTheOldestHeader() {
    ResponseEncoder.encode(
        allocator, ApiKeys.API_VERSIONS, (short) 4, 9, new ApiVersionsResponseData(), out);
    ByteBuffer wire = ByteBuffer.wrap(joined());
    wire.position(8);
    var read = new ApiVersionsResponseData(new ByteBufferAccessor(wire), (short) 4);
    assertThat(read.errorCode()).isZero();
    assertThat(wire.remaining()).isZero();
  }

  @Test
  void aResponseThatTheVersionCannotExpressLeavesNothingBehind() {
    var message = new MetadataResponseData().setErrorCode((short) 1);
    message.topics().add(new MetadataResponseData.MetadataResponseTopic().setName(null));
    assertThatThrownBy(
            () -> ResponseEncoder.encode(allocator, ApiKeys.METADATA, (short) 4, 9, message, out))
        .isInstanceOf(RuntimeException.class);
    assertThat(joined()).isEmpty();
  }
}

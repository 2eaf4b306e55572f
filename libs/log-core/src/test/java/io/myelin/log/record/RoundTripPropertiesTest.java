package io.myelin.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/** What Kafka writes, RecordCursor reads; what BatchBuilder writes, Kafka reads. */
class RoundTripPropertiesTest {

  /** Copies without buffers, which compare by content. */
  record Plain(long offset, long timestamp, String key, String value, List<String> headers) {}

  record Input(long timestamp, byte[] key, byte[] value, List<byte[]> headers) {}

  private static final long BASE_OFFSET = 1L << 40;

  @Property(tries = 200)
  void recordCursorReadsWhatKafkaWrites(
      @ForAll CompressionType type, @ForAll boolean direct, @ForAll("inputs") List<Input> inputs) {
    MemoryRecordsBuilder kafka =
        MemoryRecords.builder(
            ByteBuffer.allocate(64),
            RecordBatch.CURRENT_MAGIC_VALUE,
            codec(type),
            TimestampType.CREATE_TIME,
            BASE_OFFSET,
            RecordBatch.NO_TIMESTAMP,
            7,
            (short) 3,
            11,
            false,
            false,
            5);
    for (Input input : inputs) {
      RecordHeader[] headers =
          input.headers().stream()
              .map(value -> new RecordHeader("h", value))
              .toArray(RecordHeader[]::new);
      kafka.append(input.timestamp(), input.key(), input.value(), headers);
    }
    ByteBuffer batch = located(kafka.build().buffer(), direct);

    assertThat(read(batch)).isEqualTo(expected(inputs));
  }

  @Property(tries = 200)
  void kafkaReadsWhatBatchBuilderWrites(
      @ForAll CompressionType type, @ForAll("inputs") List<Input> inputs) {
    BatchBuilder builder =
        new BatchBuilder()
            .compression(type)
            .baseOffset(BASE_OFFSET)
            .leaderEpoch(5)
            .producer(7, (short) 3, 11)
            .transactional();
    for (Input input : inputs) {
      List<Header> headers =
          input.headers().stream()
              .map(value -> new Header("h", value == null ? null : ByteBuffer.wrap(value)))
              .toList();
      builder.append(input.timestamp(), wrap(input.key()), wrap(input.value()), headers);
    }

    ByteBuffer built = builder.build();
    RecordBatch batch = MemoryRecords.readableRecords(built).batches().iterator().next();
    batch.ensureValid();
    List<Plain> records = new ArrayList<>();
    for (Record record : batch) {
      records.add(
          new Plain(
              record.offset(),
              record.timestamp(),
              text(record.key()),
              text(record.value()),
              Arrays.stream(record.headers())
                  .map(header -> header.key() + text(wrap(header.value())))
                  .toList()));
    }

    assertThat(records).isEqualTo(expected(inputs));
    assertThat(batch.sizeInBytes()).isEqualTo(built.remaining());
    assertThat(batch.compressionType().id).isEqualTo((byte) type.id());
    assertThat(batch.countOrNull()).isEqualTo(inputs.size());
    assertThat(batch.lastOffset()).isEqualTo(BASE_OFFSET + inputs.size() - 1);
    assertThat(batch.maxTimestamp())
        .isEqualTo(inputs.stream().mapToLong(Input::timestamp).max().orElseThrow());
    assertThat(batch.producerId()).isEqualTo(7);
    assertThat(batch.producerEpoch()).isEqualTo((short) 3);
    assertThat(batch.baseSequence()).isEqualTo(11);
    assertThat(batch.partitionLeaderEpoch()).isEqualTo(5);
    assertThat(batch.isTransactional()).isTrue();
    assertThat(read(built)).isEqualTo(expected(inputs));
  }

  @Property(tries = 500)
  void varintsHaveTheSizeThatTheyAreWrittenWith(@ForAll int number, @ForAll long longNumber) {
    GrowableBytes bytes = new GrowableBytes(1);
    bytes.writeVarint(number);
    assertThat(bytes.size()).isEqualTo(Varint.size(number));
    bytes.truncate(0);
    bytes.writeVarlong(longNumber);
    assertThat(bytes.size()).isEqualTo(Varint.size(longNumber));
  }

  @Provide
  Arbitrary<List<Input>> inputs() {
    Arbitrary<byte[]> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(300).injectNull(0.2);
    Arbitrary<byte[]> values =
        Arbitraries.oneOf(
            bytes, Arbitraries.integers().between(0, 200_000).map(size -> new byte[size]));
    Arbitrary<Input> input =
        Combinators.combine(
                Arbitraries.longs().between(-1, 1L << 45), bytes, values, bytes.list().ofMaxSize(3))
            .as(Input::new);
    return input.list().ofMinSize(1).ofMaxSize(30);
  }

  private static List<Plain> expected(List<Input> inputs) {
    List<Plain> expected = new ArrayList<>();
    for (Input input : inputs) {
      expected.add(
          new Plain(
              BASE_OFFSET + expected.size(),
              input.timestamp(),
              text(wrap(input.key())),
              text(wrap(input.value())),
              input.headers().stream().map(value -> "h" + text(wrap(value))).toList()));
    }
    return expected;
  }

  private static List<Plain> read(ByteBuffer batch) {
    List<Plain> records = new ArrayList<>();
    try (RecordCursor cursor = RecordCursor.of(batch)) {
      while (cursor.next()) {
        records.add(
            new Plain(
                cursor.offset(),
                cursor.timestampMs(),
                text(cursor.key()),
                text(cursor.value()),
                cursor.headers().stream()
                    .map(header -> header.key() + text(header.value()))
                    .toList()));
      }
    }
    return records;
  }

  /** At a position other than 0, as in a network frame. */
  private static ByteBuffer located(ByteBuffer batch, boolean direct) {
    int size = batch.remaining() + 8;
    ByteBuffer frame = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    frame.position(5).put(batch.duplicate());
    return frame.flip().position(5);
  }

  static Compression codec(CompressionType type) {
    return Compression.of(org.apache.kafka.common.record.internal.CompressionType.forId(type.id()))
        .build();
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static String text(ByteBuffer bytes) {
    return Optional.ofNullable(bytes)
        .map(present -> StandardCharsets.ISO_8859_1.decode(present.duplicate()).toString())
        .orElse(null);
  }
}

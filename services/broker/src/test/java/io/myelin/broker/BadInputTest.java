package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.record.BatchLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients send that is no request, or no batch: they are told, and nobody else notices. */
final class BadInputTest {
  private static final String TOPIC = "events";

  @TempDir Path directory;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  // Held: a logger that nobody holds would be collected with its handler.
  private final Logger connectionLog = Logger.getLogger("io.myelin.broker.net.ConnectionLog");
  private TestingBroker broker;
  private RawClient other;

  @BeforeEach
  void start() throws IOException {
    connectionLog.addHandler(capture);
    broker = new TestingBroker(directory);
    other = new RawClient(broker.address());
    assertThat(other.createTopic(TOPIC)).isEqualTo(Errors.NONE.code());
  }

  @AfterEach
  void nothingIsStoredAndOthersAreServed() throws IOException {
    try {
      assertThat(other.latestOffset(TOPIC, 0).offset()).isZero();
      try (Stream<Path> entries = Files.list(directory)) {
        assertThat(entries.filter(Files::isDirectory).map(p -> p.getFileName().toString()))
            .containsExactly(TOPIC + "-0");
      }
      assertThat(other.produce(TOPIC, 0, records(RawClient.batch(Compression.NONE, 3))).errorCode())
          .isEqualTo(Errors.NONE.code());
      assertThat(other.latestOffset(TOPIC, 0).offset()).isEqualTo(3);
    } finally {
      other.close();
      broker.close();
      connectionLog.removeHandler(capture);
    }
  }

  @Test
  void garbageOnThePortEndsTheConnection() throws IOException {
    assertEnds("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "frame");
  }

  @Test
  void lengthsThatNoFrameHasEndTheConnection() throws IOException {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 100 * 1024 * 1024 + 1}) {
      assertEnds(ByteBuffer.allocate(4).putInt(length).array(), Integer.toString(length));
    }
  }

  @Test
  void aFrameTooShortForARequestEndsTheConnection() throws IOException {
    assertEnds(ByteBuffer.allocate(4).putInt(0).array(), "frame of 0 bytes");
    assertEnds(ByteBuffer.allocate(7).putInt(3).array(), "frame of 3 bytes");
  }

  @Test
  void halfAFrameIsDroppedWithItsConnection() throws IOException {
    byte[] frame =
        RawClient.frame(
            RawClient.produceRequest(TOPIC, 0, records(RawClient.batch(Compression.NONE, 1))));
    for (int length = 1; length < frame.length; length += 7) {
      try (RawClient client = new RawClient(broker.address())) {
        client.send(java.util.Arrays.copyOf(frame, length));
      }
    }
  }

  @Test
  void apisAndVersionsThatAreNotServedEndTheConnectionAndAreNamed() throws IOException {
    assertEnds(request((short) 999, (short) 0), "unknown API key 999");
    assertEnds(request((short) -1, (short) 0), "unknown API key -1");
    assertEnds(request(ApiKeys.PRODUCE.id, (short) 99), "PRODUCE version 99");
    assertEnds(request(ApiKeys.PRODUCE.id, (short) 0), "PRODUCE version 0");
    assertEnds(request(ApiKeys.FETCH.id, (short) -1), "FETCH version -1");
    assertEnds(request(ApiKeys.CREATE_ACLS.id, ApiKeys.CREATE_ACLS.latestVersion()), "CREATE_ACLS");
  }

  @Test
  void apiVersionsFromTheFutureIsAnsweredInTheOldestForm() throws IOException {
    try (RawClient client = new RawClient(broker.address())) {
      client.send(request(ApiKeys.API_VERSIONS.id, (short) 99));
      ByteBuffer answer = client.receive();
      answer.getInt(); // correlation id
      assertThat(answer.getShort()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }
  }

  @Test
  void aBodyThatIsNotWhatItsHeaderSaysEndsTheConnection() throws IOException {
    byte[] frame = RawClient.frame(new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 3));
    byte[] cut = java.util.Arrays.copyOf(frame, frame.length - 2);
    ByteBuffer.wrap(cut).putInt(0, cut.length - 4);
    assertEnds(cut, "malformed body of API_VERSIONS");
    byte[] metadata =
        RawClient.frame(new MetadataRequest.Builder(new MetadataRequestData()).build((short) 8));
    // An array of two thousand million topics in a frame of a few bytes.
    ByteBuffer.wrap(metadata).putInt(metadata.length - 7, Integer.MAX_VALUE);
    assertEnds(metadata, "malformed body of METADATA");
  }

  @Test
  void batchesThatLieAreRefused() throws IOException {
    for (Compression compression : List.of(Compression.NONE, Compression.gzip().build())) {
      ByteBuffer crc = RawClient.batch(compression, 3);
      crc.put(crc.limit() - 1, (byte) (crc.get(crc.limit() - 1) ^ 1));
      assertRefused(crc, Errors.CORRUPT_MESSAGE);

      ByteBuffer tooMany = RawClient.batch(compression, 3);
      tooMany.putInt(BatchLayout.RECORD_COUNT, 4);
      assertRefused(sealed(tooMany), Errors.INVALID_RECORD);

      ByteBuffer negative = RawClient.batch(compression, 3);
      negative.putInt(BatchLayout.RECORD_COUNT, -1);
      assertRefused(sealed(negative), Errors.INVALID_RECORD);

      ByteBuffer offsets = RawClient.batch(compression, 3);
      offsets.putInt(BatchLayout.LAST_OFFSET_DELTA, Integer.MAX_VALUE);
      assertRefused(sealed(offsets), Errors.INVALID_RECORD);

      ByteBuffer codec = RawClient.batch(compression, 3);
      codec.putShort(BatchLayout.ATTRIBUTES, (short) 7);
      // Kafka's CompressionType throws, which is UNKNOWN_SERVER_ERROR there.
      assertRefused(sealed(codec), Errors.UNSUPPORTED_COMPRESSION_TYPE);
    }
    ByteBuffer record = RawClient.batch(Compression.NONE, 3);
    record.put(BatchLayout.HEADER_BYTES, (byte) 0x7e); // the first record's length
    assertRefused(sealed(record), Errors.INVALID_RECORD);
    ByteBuffer garbage = RawClient.batch(Compression.NONE, 3);
    garbage.putShort(BatchLayout.ATTRIBUTES, (short) 1); // says gzip, is not
    // Kafka's GzipCompression throws, which is UNKNOWN_SERVER_ERROR there.
    assertRefused(sealed(garbage), Errors.INVALID_RECORD);
  }

  @Test
  void batchesThatLieAboutTheirLengthAreRefused() throws IOException {
    // Less than any batch of any format: Kafka's ByteBufferLogInputStream. The greatest overflows
    // there, and is UNKNOWN_SERVER_ERROR.
    for (int length : new int[] {-1, 0, 13, Integer.MAX_VALUE}) {
      assertRefused(withLength(length), Errors.CORRUPT_MESSAGE);
    }
    // Shorter than a header of its format: DefaultRecordBatch.isValid.
    assertRefused(withLength(48), Errors.CORRUPT_MESSAGE);
    // Longer than what was sent: to ProduceRequest.validateRecords there is no batch.
    assertRefused(withLength(1000), Errors.INVALID_RECORD);
  }

  private static ByteBuffer withLength(int length) {
    return RawClient.batch(Compression.NONE, 3).putInt(BatchLayout.LENGTH, length);
  }

  @Test
  void recordsThatAreNotOneBatchAreRefused() throws IOException {
    assertRefused(ByteBuffer.allocate(0), Errors.INVALID_RECORD);
    assertRefused(ByteBuffer.allocate(60), Errors.CORRUPT_MESSAGE); // a batch's length of 0
    ByteBuffer one = RawClient.batch(Compression.NONE, 1);
    ByteBuffer two = ByteBuffer.allocate(2 * one.remaining()).put(one.duplicate()).put(one);
    assertRefused(two.flip(), Errors.INVALID_RECORD);
    assertThat(other.produce(TOPIC, 0, null).errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
  }

  @Test
  void oldMessageFormatsAreRefused() throws IOException {
    for (byte magic : new byte[] {RecordBatch.MAGIC_VALUE_V0, RecordBatch.MAGIC_VALUE_V1}) {
      MemoryRecords old =
          MemoryRecords.withRecords(
              magic,
              Compression.NONE,
              new SimpleRecord(1, "k".getBytes(StandardCharsets.UTF_8), new byte[100]));
      assertRefused(old.buffer(), Errors.INVALID_RECORD);
    }
    ByteBuffer future = RawClient.batch(Compression.NONE, 1);
    future.put(BatchLayout.MAGIC, (byte) 3);
    assertRefused(future, Errors.CORRUPT_MESSAGE); // no format that ByteBufferLogInputStream knows
  }

  @Test
  void aBatchThatInflatesToGigabytesIsRefusedWithoutMemoryForIt() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bomb)) {
      // One record that says it has 2 GiB, and as many zeros as fit below max.message.bytes.
      gzip.write(new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 512; i++) {
        gzip.write(zeros);
      }
    }
    ByteBuffer header = RawClient.batch(Compression.gzip().build(), 1);
    ByteBuffer batch =
        ByteBuffer.allocate(BatchLayout.HEADER_BYTES + bomb.size())
            .put(header.slice(0, BatchLayout.HEADER_BYTES))
            .put(bomb.toByteArray())
            .flip();
    batch.putInt(BatchLayout.LENGTH, batch.limit() - BatchLayout.PREFIX_BYTES);
    assertRefused(sealed(batch), Errors.INVALID_RECORD);
  }

  @Test
  void topicsAndPartitionsThatCannotBeAreRefused() throws IOException {
    for (String name : new String[] {"a/b", "../up", "..", ".", "", "a b", "x".repeat(250)}) {
      assertThat(other.createTopic(name)).as(name).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
      assertThat(metadataError(name)).as(name).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
      assertUnknown(name, 0);
    }
    for (int partition : new int[] {-1, Integer.MIN_VALUE, 1, Integer.MAX_VALUE}) {
      assertUnknown(TOPIC, partition);
    }
  }

  private short metadataError(String topic) throws IOException {
    MetadataRequestData data = new MetadataRequestData().setAllowAutoTopicCreation(true);
    data.topics().add(new MetadataRequestData.MetadataRequestTopic().setName(topic));
    MetadataResponseData answer = other.ask(new MetadataRequest(data, (short) 8));
    return answer.topics().iterator().next().errorCode();
  }

  private void assertUnknown(String topic, int partition) throws IOException {
    short unknown = Errors.UNKNOWN_TOPIC_OR_PARTITION.code();
    MemoryRecords good = records(RawClient.batch(Compression.NONE, 1));
    assertThat(other.produce(topic, partition, good).errorCode()).isEqualTo(unknown);
    assertThat(other.fetch(topic, partition, 0).errorCode()).isEqualTo(unknown);
    assertThat(other.latestOffset(topic, partition).errorCode()).isEqualTo(unknown);
  }

  /** With Kafka's code, but where a comment says that Kafka has none. */
  private void assertRefused(ByteBuffer batch, Errors expected) throws IOException {
    short code = other.produce(TOPIC, 0, records(batch)).errorCode();
    assertThat(Errors.forCode(code)).isEqualTo(expected);
  }

  private void assertEnds(byte[] bytes, String reason) throws IOException {
    lines.clear();
    try (RawClient client = new RawClient(broker.address())) {
      client.send(bytes);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    assertThat(lines).anyMatch(line -> line.startsWith("Closing") && line.contains(reason));
  }

  private static byte[] request(short key, short version) {
    return ByteBuffer.allocate(4 + 11)
        .putInt(11)
        .putShort(key)
        .putShort(version)
        .putInt(7)
        .putShort((short) -1)
        .put((byte) 0)
        .array();
  }

  static MemoryRecords records(ByteBuffer bytes) {
    return MemoryRecords.readableRecords(bytes);
  }

  /** With the checksum that the bytes have. */
  static ByteBuffer sealed(ByteBuffer batch) {
    CRC32C crc = new CRC32C();
    crc.update(batch.duplicate().position(BatchLayout.ATTRIBUTES));
    return batch.putInt(BatchLayout.CRC, (int) crc.getValue());
  }
}

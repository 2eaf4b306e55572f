package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ListOffsets answers to the timestamps that are none, on a log without tiered storage. */
final class SpecialTimestampsTest {
  private static final String TOPIC = "events";
  private static final long T = 1_700_000_000_000L;
  private static final short LATEST_VERSION = ApiKeys.LIST_OFFSETS.latestVersion();
  private static final int NO_EPOCH = -1;

  @TempDir Path directory;
  private TestingBroker broker;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    broker = new TestingBroker(directory);
    client = new RawClient(broker.address());
    assertThat(client.createTopic(TOPIC)).isEqualTo(Errors.NONE.code());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    broker.close();
  }

  @Test
  void findsTheEndsOfTheLog() throws IOException {
    appendFiveRecords(Compression.NONE);
    deleteRecordsBefore(2);

    assertAnswer(ListOffsetsRequest.LATEST_TIMESTAMP, 5, -1, 0);
    assertAnswer(ListOffsetsRequest.EARLIEST_TIMESTAMP, 2, -1, 0);
    assertAnswer(ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP, 2, -1, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void findsTheRecordWithTheLargestTimestamp(String codec) throws IOException {
    appendFiveRecords(
        switch (codec) {
          case "gzip" -> Compression.gzip().build();
          case "snappy" -> Compression.snappy().build();
          case "lz4" -> Compression.lz4().build();
          case "zstd" -> Compression.zstd().build();
          default -> Compression.NONE;
        });

    assertAnswer(ListOffsetsRequest.MAX_TIMESTAMP, 1, T + 30, 0);
    assertAnswer(T + 11, 1, T + 30, 0);
    assertAnswer(T, 0, T + 10, 0);
    assertAnswer(T + 31, -1, -1, NO_EPOCH);
  }

  @Test
  void findsNothingInTiersThatDoNotExist() throws IOException {
    appendFiveRecords(Compression.NONE);

    assertAnswer(ListOffsetsRequest.LATEST_TIERED_TIMESTAMP, -1, -1, NO_EPOCH);
    assertAnswer(ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP, -1, -1, NO_EPOCH);
  }

  @Test
  void anEmptyLogHasEndsAndNoLargestTimestamp() throws IOException {
    assertThat(ask(LATEST_VERSION, TOPIC, ListOffsetsRequest.LATEST_TIMESTAMP).offset()).isZero();
    assertThat(ask(LATEST_VERSION, TOPIC, ListOffsetsRequest.EARLIEST_TIMESTAMP).offset()).isZero();
    assertAnswer(ListOffsetsRequest.MAX_TIMESTAMP, -1, -1, NO_EPOCH);
  }

  /** KIP-734, 405, 1005 and 1023. */
  @ParameterizedTest
  @CsvSource({"-3, 7", "-4, 8", "-5, 9", "-6, 11"})
  void aVersionBeforeATimestampWasInventedDoesNotKnowIt(long timestamp, int firstVersion)
      throws IOException {
    appendFiveRecords(Compression.NONE);

    assertUnsupported(ask(firstVersion - 1, TOPIC, timestamp));
    assertUnsupported(ask(firstVersion - 1, "nowhere", timestamp));
    assertThat(ask(firstVersion, TOPIC, timestamp).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(ask(firstVersion, "nowhere", timestamp).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
  }

  @Test
  void theOldestVersionKnowsTheEndsAndNoVersionKnowsWhatIsNotInvented() throws IOException {
    appendFiveRecords(Compression.NONE);
    int oldest = ApiKeys.LIST_OFFSETS.oldestVersion();

    assertThat(ask(oldest, TOPIC, ListOffsetsRequest.LATEST_TIMESTAMP).offset()).isEqualTo(5);
    assertThat(ask(oldest, TOPIC, ListOffsetsRequest.EARLIEST_TIMESTAMP).offset()).isZero();
    assertUnsupported(ask(LATEST_VERSION, TOPIC, -7));
    assertUnsupported(ask(LATEST_VERSION, TOPIC, Long.MIN_VALUE));
  }

  @Test
  void aLeaderEpochThatIsNotTheLeadersIsRefused() throws IOException {
    ListOffsetsPartitionResponse answer =
        client.listOffsets(
            LATEST_VERSION,
            TOPIC,
            new ListOffsetsPartition()
                .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP)
                .setCurrentLeaderEpoch(5));

    assertThat(answer.errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    assertThat(answer.offset()).isEqualTo(-1);
  }

  /** Two batches, the largest timestamp in the middle of the first one. */
  private void appendFiveRecords(Compression compression) throws IOException {
    for (MemoryRecords batch :
        List.of(
            MemoryRecords.withRecords(compression, at(T + 10), at(T + 30), at(T + 20)),
            MemoryRecords.withRecords(compression, at(T + 5), at(T + 25)))) {
      assertThat(client.produce(TOPIC, 0, batch).errorCode()).isEqualTo(Errors.NONE.code());
    }
  }

  private static SimpleRecord at(long timestampMs) {
    return new SimpleRecord(timestampMs, "key".getBytes(StandardCharsets.UTF_8), new byte[10]);
  }

  private void deleteRecordsBefore(long offset) throws IOException {
    DeleteRecordsRequestData request = new DeleteRecordsRequestData().setTimeoutMs(10_000);
    request
        .topics()
        .add(
            new DeleteRecordsTopic()
                .setName(TOPIC)
                .setPartitions(List.of(new DeleteRecordsPartition().setOffset(offset))));
    DeleteRecordsResponseData answer = client.ask(ApiKeys.DELETE_RECORDS, 2, request);
    assertThat(answer.topics().iterator().next().partitions().iterator().next().lowWatermark())
        .isEqualTo(offset);
  }

  private ListOffsetsPartitionResponse ask(int version, String topic, long timestamp)
      throws IOException {
    return client.listOffsets(version, topic, new ListOffsetsPartition().setTimestamp(timestamp));
  }

  private void assertAnswer(long timestamp, long offset, long timestampOfRecord, int leaderEpoch)
      throws IOException {
    assertThat(ask(LATEST_VERSION, TOPIC, timestamp))
        .isEqualTo(
            new ListOffsetsPartitionResponse()
                .setErrorCode(Errors.NONE.code())
                .setOffset(offset)
                .setTimestamp(timestampOfRecord)
                .setLeaderEpoch(leaderEpoch));
  }

  private static void assertUnsupported(ListOffsetsPartitionResponse answer) {
    assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    assertThat(answer.offset()).isEqualTo(-1);
    assertThat(answer.timestamp()).isEqualTo(-1);
  }
}

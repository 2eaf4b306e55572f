package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers, deletions and directories, as a client sees them. */
final class BrokerDataApisTest {
  private static final String TOPIC = "events";
  private static final long T = 1_700_000_000_000L;

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
  void aPartitionTellsWhatEachProducerWroteLast() throws IOException {
    assertThat(describeProducers(TOPIC, 0).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(describeProducers(TOPIC, 0).activeProducers()).isEmpty();
    append(idempotent(7, 0, 0, T + 1, T + 2));
    append(idempotent(9, 3, 0, T + 9));
    append(idempotent(7, 0, 2, T + 4, T + 3, T + 2));
    append(MemoryRecords.withRecords(Compression.NONE, record(T + 50)));

    PartitionResponse answer = describeProducers(TOPIC, 0);

    assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(answer.activeProducers())
        .extracting(
            ProducerState::producerId,
            ProducerState::producerEpoch,
            ProducerState::lastSequence,
            ProducerState::lastTimestamp,
            ProducerState::coordinatorEpoch,
            ProducerState::currentTxnStartOffset)
        .containsExactlyInAnyOrder(
            tuple(7L, 0, 4, T + 4, -1, -1L), tuple(9L, 3, 0, T + 9, -1, -1L));
  }

  @Test
  void producersOfAnUnknownPartitionCannotBeDescribed() throws IOException {
    assertThat(describeProducers("nowhere", 0).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    assertThat(describeProducers(TOPIC, 1).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    assertThat(describeProducers(TOPIC, -1).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
  }

  @Test
  void aProducerGetsAnIdOfItsOwn() throws IOException {
    InitProducerIdResponseData one = initProducerId(idempotent());
    InitProducerIdResponseData other = initProducerId(idempotent());

    assertThat(one.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(one.producerId()).isNotNegative();
    assertThat(one.producerEpoch()).isZero();
    assertThat(other.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(other.producerId()).isNotNegative().isNotEqualTo(one.producerId());
  }

  @Test
  void aTransactionalProducerGetsNoId() throws IOException {
    assertRefused(idempotent().setTransactionalId("payments"), Errors.COORDINATOR_NOT_AVAILABLE);
    assertRefused(idempotent().setTransactionalId(""), Errors.INVALID_REQUEST);
  }

  @Test
  void anIdWithoutItsEpochIsRefusedAndSoIsAnEpochWithoutItsId() throws IOException {
    assertRefused(idempotent().setProducerId(5), Errors.INVALID_REQUEST);
    assertRefused(idempotent().setProducerEpoch((short) 5), Errors.INVALID_REQUEST);
  }

  @Test
  void recordsAreDeletedUpToAnOffsetAndNeverComeBack() throws IOException {
    append(MemoryRecords.readableRecords(RawClient.batch(Compression.NONE, 10)));

    assertThat(deleteRecords(TOPIC, 0, 4)).isEqualTo(deletedBefore(4));
    assertThat(client.fetch(TOPIC, 0, 3).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
    assertThat(client.fetch(TOPIC, 0, 4).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(deleteRecords(TOPIC, 0, 2)).isEqualTo(deletedBefore(4));
    assertThat(deleteRecords(TOPIC, 0, -1)).as("all of them").isEqualTo(deletedBefore(10));
    assertThat(client.fetch(TOPIC, 0, 9).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
  }

  @Test
  void recordsAreNotDeletedBeyondTheHighWatermark() throws IOException {
    append(MemoryRecords.readableRecords(RawClient.batch(Compression.NONE, 10)));

    assertThat(deleteRecords(TOPIC, 0, 11)).isEqualTo(notDeleted(Errors.OFFSET_OUT_OF_RANGE));
    assertThat(deleteRecords(TOPIC, 0, -2)).isEqualTo(notDeleted(Errors.OFFSET_OUT_OF_RANGE));
    assertThat(client.fetch(TOPIC, 0, 0).errorCode()).isEqualTo(Errors.NONE.code());
  }

  @Test
  void recordsAreDeletedOnlyWhereTheTopicAllowsIt() throws IOException {
    client.createTopic("compacted", Map.of("cleanup.policy", "compact"));
    client.createTopic("both", Map.of("cleanup.policy", "compact,delete"));

    assertThat(deleteRecords("compacted", 0, 0)).isEqualTo(notDeleted(Errors.POLICY_VIOLATION));
    assertThat(deleteRecords("both", 0, 0)).isEqualTo(deletedBefore(0));
    assertThat(deleteRecords("nowhere", 0, 0))
        .isEqualTo(notDeleted(Errors.UNKNOWN_TOPIC_OR_PARTITION));
    assertThat(deleteRecords(TOPIC, 1, 0)).isEqualTo(notDeleted(Errors.UNKNOWN_TOPIC_OR_PARTITION));
  }

  @Test
  void recordsOfAnInternalTopicAreNotDeleted() throws IOException {
    String internal = Topic.GROUP_METADATA_TOPIC_NAME;
    assertThat(deleteRecords(internal, 0, 0))
        .as("before there is one")
        .isEqualTo(notDeleted(Errors.UNKNOWN_TOPIC_OR_PARTITION));
    FindCoordinatorResponseData found =
        client.ask(
            ApiKeys.FIND_COORDINATOR,
            4,
            new FindCoordinatorRequestData().setCoordinatorKeys(List.of("group")));
    assertThat(found.coordinators().getFirst().errorCode()).isEqualTo(Errors.NONE.code());

    assertThat(deleteRecords(internal, 0, 0)).isEqualTo(notDeleted(Errors.INVALID_TOPIC_EXCEPTION));
  }

  @Test
  void aLogDirectoryTellsWhatLiesInItAndHowMuchRoomThereIs() throws IOException {
    client.createTopic("empty");
    MemoryRecords records = MemoryRecords.readableRecords(RawClient.batch(Compression.NONE, 10));
    int bytes = records.sizeInBytes();
    append(records);

    DescribeLogDirsResult result = describeLogDirs(null);

    assertThat(result.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(result.logDir()).isEqualTo(directory.toAbsolutePath().toString());
    assertThat(result.totalBytes()).isPositive();
    assertThat(result.usableBytes()).isPositive().isLessThanOrEqualTo(result.totalBytes());
    assertThat(result.isCordoned()).isFalse();
    assertThat(result.topics())
        .extracting(DescribeLogDirsTopic::name, DescribeLogDirsTopic::partitions)
        .containsExactlyInAnyOrder(
            tuple(TOPIC, List.of(partitionOf(bytes))), tuple("empty", List.of(partitionOf(0))));
  }

  @Test
  void aLogDirectoryTellsOnlyOfThePartitionsThatItIsAskedFor() throws IOException {
    client.createTopic("other");
    DescribeLogDirsRequestData.DescribableLogDirTopicCollection some =
        new DescribeLogDirsRequestData.DescribableLogDirTopicCollection();
    some.add(new DescribableLogDirTopic().setTopic(TOPIC).setPartitions(List.of(0, 1)));
    some.add(new DescribableLogDirTopic().setTopic("nowhere").setPartitions(List.of(0)));

    assertThat(describeLogDirs(some).topics())
        .extracting(DescribeLogDirsTopic::name, DescribeLogDirsTopic::partitions)
        .containsExactly(tuple(TOPIC, List.of(partitionOf(0))));
    assertThat(
            describeLogDirs(new DescribeLogDirsRequestData.DescribableLogDirTopicCollection())
                .topics())
        .isEmpty();
  }

  private static SimpleRecord record(long timestampMs) {
    return new SimpleRecord(timestampMs, "key".getBytes(StandardCharsets.UTF_8), new byte[10]);
  }

  private static MemoryRecords idempotent(
      long producerId, int epoch, int sequence, long... timestampsMs) {
    SimpleRecord[] records = new SimpleRecord[timestampsMs.length];
    for (int i = 0; i < records.length; i++) {
      records[i] = record(timestampsMs[i]);
    }
    return MemoryRecords.withIdempotentRecords(
        0L, Compression.NONE, producerId, (short) epoch, sequence, -1, records);
  }

  private void append(MemoryRecords records) throws IOException {
    assertThat(client.produce(TOPIC, 0, records).errorCode()).isEqualTo(Errors.NONE.code());
  }

  private PartitionResponse describeProducers(String topic, int partition) throws IOException {
    DescribeProducersRequestData request = new DescribeProducersRequestData();
    request.topics().add(new TopicRequest().setName(topic).setPartitionIndexes(List.of(partition)));
    DescribeProducersResponseData answer = client.ask(ApiKeys.DESCRIBE_PRODUCERS, 0, request);
    return answer.topics().getFirst().partitions().getFirst();
  }

  private static InitProducerIdRequestData idempotent() {
    return new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
  }

  private InitProducerIdResponseData initProducerId(InitProducerIdRequestData request)
      throws IOException {
    return client.ask(ApiKeys.INIT_PRODUCER_ID, 4, request);
  }

  private void assertRefused(InitProducerIdRequestData request, Errors error) throws IOException {
    InitProducerIdResponseData answer = initProducerId(request);
    assertThat(answer.errorCode()).isEqualTo(error.code());
    assertThat(answer.producerId()).isEqualTo(-1);
    assertThat(answer.producerEpoch()).isEqualTo((short) -1);
  }

  private DeleteRecordsPartitionResult deleteRecords(String topic, int partition, long offset)
      throws IOException {
    DeleteRecordsRequestData request = new DeleteRecordsRequestData().setTimeoutMs(10_000);
    request
        .topics()
        .add(
            new DeleteRecordsTopic()
                .setName(topic)
                .setPartitions(
                    List.of(
                        new DeleteRecordsPartition()
                            .setPartitionIndex(partition)
                            .setOffset(offset))));
    DeleteRecordsResponseData answer = client.ask(ApiKeys.DELETE_RECORDS, 2, request);
    DeleteRecordsPartitionResult result =
        answer.topics().iterator().next().partitions().iterator().next();
    return new DeleteRecordsPartitionResult()
        .setLowWatermark(result.lowWatermark())
        .setErrorCode(result.errorCode());
  }

  private static DeleteRecordsPartitionResult deletedBefore(long offset) {
    return new DeleteRecordsPartitionResult().setLowWatermark(offset);
  }

  private static DeleteRecordsPartitionResult notDeleted(Errors error) {
    return new DeleteRecordsPartitionResult().setLowWatermark(-1).setErrorCode(error.code());
  }

  private DescribeLogDirsResult describeLogDirs(
      DescribeLogDirsRequestData.DescribableLogDirTopicCollection topics) throws IOException {
    DescribeLogDirsResponseData answer =
        client.ask(
            ApiKeys.DESCRIBE_LOG_DIRS,
            ApiKeys.DESCRIBE_LOG_DIRS.latestVersion(),
            new DescribeLogDirsRequestData().setTopics(topics));
    assertThat(answer.results()).hasSize(1);
    return answer.results().getFirst();
  }

  private static DescribeLogDirsPartition partitionOf(long bytes) {
    return new DescribeLogDirsPartition().setPartitionIndex(0).setPartitionSize(bytes);
  }
}

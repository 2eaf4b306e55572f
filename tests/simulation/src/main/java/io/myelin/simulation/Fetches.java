package io.myelin.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/** Requests and answers of whoever reads. */
final class Fetches {
  /** The last version that names topics. */
  static final int VERSION = 12;

  static final int LIST_OFFSETS_VERSION = 7;

  private Fetches() {}

  static FetchRequestData request(
      PartitionHistory from, long offset, int bytesMax, int sessionId, int sessionEpoch) {
    return new FetchRequestData()
        .setReplicaId(-1)
        .setMaxBytes(1 << 20)
        .setSessionId(sessionId)
        .setSessionEpoch(sessionEpoch)
        .setTopics(
            List.of(
                new FetchTopic()
                    .setTopic(from.topic())
                    .setPartitions(
                        List.of(
                            new FetchPartition()
                                .setPartition(from.id())
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(bytesMax)))));
  }

  static ListOffsetsRequestData earliest(PartitionHistory of) {
    return new ListOffsetsRequestData()
        .setReplicaId(-1)
        .setTopics(
            List.of(
                new ListOffsetsTopic()
                    .setName(of.topic())
                    .setPartitions(
                        List.of(
                            new ListOffsetsPartition()
                                .setPartitionIndex(of.id())
                                .setTimestamp(ListOffsetsRequest.EARLIEST_TIMESTAMP)))));
  }

  /**
   * The records from {@code offset} on, each batch checked as a client checks it.
   *
   * @throws CorruptRecordException for a batch whose bytes have changed
   */
  static List<PartitionHistory.Seen> records(PartitionData data, long offset) {
    List<PartitionHistory.Seen> seen = new ArrayList<>();
    for (RecordBatch batch : ((MemoryRecords) data.records()).batches()) {
      batch.ensureValid();
      for (Record record : batch) {
        if (record.offset() >= offset) {
          seen.add(new PartitionHistory.Seen(record.offset(), Values.nameOf(record.value())));
        }
      }
    }
    return seen;
  }
}

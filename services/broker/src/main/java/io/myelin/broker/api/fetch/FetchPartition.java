package io.myelin.broker.api.fetch;

import java.util.UUID;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/**
 * A partition that a consumer fetches from, and what it was told last (KIP-227). Confined to one
 * fetch at a time, by its session's lock.
 */
final class FetchPartition {
  /** How a client names a partition: by id since version 13, by name before. */
  record Key(UUID topicId, String topic, int partition) {}

  private final Key key;
  private long fetchOffset;
  private int bytesMax;
  private int currentLeaderEpoch;
  private int lastFetchedEpoch;
  private long highWatermarkTold = -1;
  private long logStartOffsetTold = -1;
  private boolean answered;

  FetchPartition(Key key, FetchRequestData.FetchPartition request) {
    this.key = key;
    update(request);
  }

  void update(FetchRequestData.FetchPartition request) {
    fetchOffset = request.fetchOffset();
    bytesMax = request.partitionMaxBytes();
    currentLeaderEpoch = request.currentLeaderEpoch();
    lastFetchedEpoch = request.lastFetchedEpoch();
  }

  Key key() {
    return key;
  }

  long fetchOffset() {
    return fetchOffset;
  }

  int bytesMax() {
    return bytesMax;
  }

  int currentLeaderEpoch() {
    return currentLeaderEpoch;
  }

  int lastFetchedEpoch() {
    return lastFetchedEpoch;
  }

  /**
   * Whether an incremental response has to mention this partition; if so, remembers what it says.
   */
  boolean tell(PartitionData data) {
    boolean news =
        !answered
            || data.errorCode() != 0
            || data.records() != null && data.records().sizeInBytes() > 0
            || data.divergingEpoch().epoch() >= 0
            || data.preferredReadReplica() >= 0
            || data.highWatermark() != highWatermarkTold
            || data.logStartOffset() != logStartOffsetTold;
    highWatermarkTold = data.highWatermark();
    logStartOffsetTold = data.logStartOffset();
    // After an error the consumer knows nothing for certain: tell it again next time.
    answered = data.errorCode() == 0;
    return news;
  }
}

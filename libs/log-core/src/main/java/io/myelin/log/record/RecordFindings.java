package io.myelin.log.record;

import io.myelin.log.record.Verdict.BadRecord;
import io.myelin.log.record.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pass over the records of a batch has found so far: times, order, and the records that
 * break the topic's rules. Confined to one thread.
 */
final class RecordFindings {
  // A megabyte of compressed nothing can hold a billion bad records; a person reads the first few.
  private static final int BAD_RECORDS_MAX = 1000;

  private final boolean keyRequired;
  private final boolean topicAppendTime;
  private final boolean batchAppendTime;
  private final long batchTimestamp;
  private final long nowMs;
  private final long beforeMsMax;
  private final long afterMsMax;

  private long maxTimestamp = BatchLayout.NO_TIMESTAMP;
  private int maxTimestampIndex;
  private boolean consecutive = true;
  private boolean negativeTimestamp;
  private boolean badTimestamp;
  private int badRecordCount;
  private final List<BadRecord> badRecords = new ArrayList<>(0);

  RecordFindings(BatchRules rules, short attributes, long batchMaxTimestamp, long nowMs) {
    this.keyRequired = rules.compacted();
    this.topicAppendTime = rules.logAppendTime();
    this.batchAppendTime = (attributes & BatchLayout.LOG_APPEND_TIME_FLAG) != 0;
    this.batchTimestamp = batchMaxTimestamp;
    this.nowMs = nowMs;
    this.beforeMsMax = rules.timestampBeforeMsMax();
    this.afterMsMax = rules.timestampAfterMsMax();
  }

  /**
   * @param createTimestamp the batch's base timestamp plus the record's delta
   */
  void add(int index, int offsetDelta, long createTimestamp, boolean hasKey) {
    long timestamp = batchAppendTime ? batchTimestamp : createTimestamp;
    consecutive &= offsetDelta == index;
    negativeTimestamp |= timestamp < BatchLayout.NO_TIMESTAMP;
    if (timestamp > maxTimestamp) {
      maxTimestamp = timestamp;
      maxTimestampIndex = index;
    }
    if (keyRequired && !hasKey) {
      bad(index, "A compacted topic cannot take a record without a key");
    } else if (!topicAppendTime && timestamp != BatchLayout.NO_TIMESTAMP) {
      checkRange(index, timestamp);
    } else if (batchAppendTime) {
      badTimestamp = true;
      bad(index, "A producer cannot set the timestamp type LogAppendTime");
    }
  }

  private void checkRange(int index, long timestamp) {
    // Wraps for absurd times, as Kafka's does.
    long age = nowMs - timestamp;
    if (age > beforeMsMax || -age > afterMsMax) {
      badTimestamp = true;
      bad(
          index,
          "Timestamp "
              + timestamp
              + " is not within ["
              + (nowMs - beforeMsMax)
              + ", "
              + (nowMs + afterMsMax)
              + "]");
    }
  }

  private void bad(int index, String message) {
    badRecordCount++;
    if (badRecords.size() < BAD_RECORDS_MAX) {
      badRecords.add(new BadRecord(index, message));
    }
  }

  /** Largest timestamp of a record, at least {@link BatchLayout#NO_TIMESTAMP}. */
  long maxTimestamp() {
    return maxTimestamp;
  }

  /** The first record that has it. */
  int maxTimestampIndex() {
    return maxTimestampIndex;
  }

  /** Whether offset deltas count 0, 1, 2, ... */
  boolean isConsecutive() {
    return consecutive;
  }

  boolean hasNegativeTimestamp() {
    return negativeTimestamp;
  }

  /** Null if every record obeys the rules. */
  Verdict.Rejected rejection() {
    if (badRecordCount == 0) {
      return null;
    }
    return badTimestamp
        ? new Verdict.Rejected(
            Reason.INVALID_TIMESTAMP,
            "One or more records have been rejected due to invalid timestamp",
            badRecords)
        : new Verdict.Rejected(
            Reason.INVALID_RECORD,
            "One or more records have been rejected: %d in total, the first one because of: %s"
                .formatted(badRecordCount, badRecords.getFirst().message()),
            badRecords);
  }
}

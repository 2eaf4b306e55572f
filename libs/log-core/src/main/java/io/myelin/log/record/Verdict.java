package io.myelin.log.record;

import java.util.List;

/** What validation says of the records that a producer sent for one partition. */
public sealed interface Verdict {

  record Valid(ValidBatch batch) implements Verdict {}

  /**
   * Nothing of it may be stored.
   *
   * @param message for the client
   * @param badRecords index in the batch and why, where single records are to blame (KIP-467)
   */
  record Rejected(Reason reason, String message, List<BadRecord> badRecords) implements Verdict {}

  record BadRecord(int batchIndex, String message) {}

  /** Each has one Kafka error code; the edge maps it. */
  enum Reason {
    CORRUPT_MESSAGE,
    INVALID_RECORD,
    INVALID_TIMESTAMP,
    MESSAGE_TOO_LARGE,
    UNSUPPORTED_FOR_MESSAGE_FORMAT,
    UNSUPPORTED_COMPRESSION_TYPE
  }
}

package io.myelin.log.record;

import io.myelin.log.record.BatchRules.TargetCompression;
import io.myelin.log.record.Verdict.Reason;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Decides whether what a producer sent for one partition may be stored: the verdict of Kafka 4.3's
 * own validator, record by record. Thread-safe and stateless but for per-thread scratch buffers.
 *
 * <p>Where Kafka's validator stumbles instead of judging (it answers UNKNOWN_SERVER_ERROR to an
 * unknown codec, to bytes that do not decompress and to compressed records that are not numbered 0,
 * 1, 2, ...), the batch is rejected with the reason that fits. See {@link InflatedScan} for the one
 * point where this is stricter.
 */
public final class BatchValidator {
  // A batch of format 0 with an empty message: what Kafka takes for the least of all lengths.
  private static final int LENGTH_MIN = 14;
  private static final int BYTES_UP_TO_MAGIC = BatchLayout.MAGIC + 1;

  private static final short NO_PRODUCER_EPOCH = -1;

  private static final int KNOWN_FLAGS =
      BatchLayout.COMPRESSION_MASK
          | BatchLayout.LOG_APPEND_TIME_FLAG
          | BatchLayout.TRANSACTIONAL_FLAG
          | BatchLayout.CONTROL_FLAG
          | BatchLayout.DELETE_HORIZON_FLAG;

  private BatchValidator() {}

  /**
   * Whether {@link #validate} has to decompress or recompress, and so belongs on a worker instead
   * of an event loop. Looks at the first batch header only; never throws.
   */
  public static boolean isExpensive(ByteBuffer records, BatchRules rules) {
    if (records.remaining() < BatchLayout.HEADER_BYTES) {
      return false;
    }
    short attributes = BatchLayout.attributes(records, records.position());
    CompressionType source = CompressionType.ofAttributes(attributes);
    return source != null
        && (source != CompressionType.NONE || target(rules, source, attributes) != source);
  }

  /** The codec that the stored batch has. */
  private static CompressionType target(
      BatchRules rules, CompressionType source, short attributes) {
    return switch (rules.compression()) {
      case TargetCompression.Producers() -> source;
      case TargetCompression.Fixed(CompressionType type, int _) ->
          source == CompressionType.NONE && (attributes & BatchLayout.CONTROL_FLAG) != 0
              ? source
              : type;
    };
  }

  /**
   * Validates {@code records} (position to limit; the position does not move). Bytes under the CRC
   * change only for LogAppendTime, a max timestamp that is not the records', and a topic's own
   * compression.type; in the first two cases in place, in the last in a new buffer. Never throws,
   * whatever the bytes are. What follows the batch and is no whole batch is cut off, as in Kafka.
   */
  public static Verdict validate(ByteBuffer records, BatchRules rules, long nowMs) {
    Verdict.Rejected framing = checkFraming(records);
    if (framing != null) {
      return framing;
    }
    int batch = records.position();
    int size = BatchLayout.sizeInBytes(records, batch);
    Verdict.Rejected header = checkHeader(records, batch, size, rules);
    if (header != null) {
      return header;
    }
    try {
      return checkRecords(records, batch, size, rules, nowMs);
    } catch (InvalidBatchException e) {
      return reject(Reason.INVALID_RECORD, e.getMessage());
    }
  }

  private static Verdict.Rejected reject(Reason reason, String message) {
    return new Verdict.Rejected(reason, message, List.of());
  }

  /** Exactly one whole batch of format 2. */
  private static Verdict.Rejected checkFraming(ByteBuffer records) {
    int batch = records.position();
    Verdict.Rejected damage = checkLengthAndMagic(records, batch);
    if (damage != null) {
      return damage;
    }
    if (!holdsWholeBatch(records, batch)) {
      return reject(Reason.INVALID_RECORD, "Not one whole record batch for the partition");
    }
    if (BatchLayout.magic(records, batch) != BatchLayout.CURRENT_MAGIC) {
      return reject(
          Reason.INVALID_RECORD,
          "Message format "
              + BatchLayout.magic(records, batch)
              + " is too old; only format 2 is taken");
    }
    int next = batch + BatchLayout.sizeInBytes(records, batch);
    Verdict.Rejected damageOfNext = checkLengthAndMagic(records, next);
    if (damageOfNext != null) {
      return damageOfNext;
    }
    return holdsWholeBatch(records, next)
        ? reject(Reason.INVALID_RECORD, "More than one record batch for the partition")
        : null;
  }

  private static Verdict.Rejected checkLengthAndMagic(ByteBuffer records, int batch) {
    int remaining = records.limit() - batch;
    if (remaining < BatchLayout.PREFIX_BYTES) {
      return null;
    }
    int length = records.getInt(batch + BatchLayout.LENGTH);
    if (length < LENGTH_MIN || length > Integer.MAX_VALUE - BatchLayout.PREFIX_BYTES) {
      return reject(Reason.CORRUPT_MESSAGE, "A record batch with a length of " + length);
    }
    if (remaining < BYTES_UP_TO_MAGIC) {
      return null;
    }
    byte magic = BatchLayout.magic(records, batch);
    return magic < 0 || magic > BatchLayout.CURRENT_MAGIC
        ? reject(Reason.CORRUPT_MESSAGE, "A record batch of unknown format " + magic)
        : null;
  }

  private static boolean holdsWholeBatch(ByteBuffer records, int batch) {
    int remaining = records.limit() - batch;
    return remaining >= BYTES_UP_TO_MAGIC && remaining >= BatchLayout.sizeInBytes(records, batch);
  }

  private static Verdict.Rejected checkHeader(
      ByteBuffer records, int batch, int size, BatchRules rules) {
    long baseOffset = BatchLayout.baseOffset(records, batch);
    if (rules.fromClient() && baseOffset != 0) {
      return reject(
          Reason.INVALID_RECORD, "A producer's base offset must be 0, but is " + baseOffset);
    }
    if (size > rules.messageBytesMax()) {
      return tooLarge(size, rules);
    }
    if (size < BatchLayout.HEADER_BYTES) {
      return reject(Reason.CORRUPT_MESSAGE, "A record batch of " + size + " bytes");
    }
    int crc = BatchLayout.crc(records, batch);
    int computed = BatchBuilder.computeCrc(records, batch, size);
    if (crc != computed) {
      return reject(
          Reason.CORRUPT_MESSAGE,
          "The CRC is " + Integer.toHexString(crc) + ", not " + Integer.toHexString(computed));
    }
    short attributes = BatchLayout.attributes(records, batch);
    if (CompressionType.ofAttributes(attributes) == null) {
      return reject(
          Reason.UNSUPPORTED_COMPRESSION_TYPE,
          "No compression has number " + (attributes & BatchLayout.COMPRESSION_MASK));
    }
    return rules.fromClient() ? checkClientHeader(records, batch, attributes) : null;
  }

  private static Verdict.Rejected tooLarge(int size, BatchRules rules) {
    return reject(
        Reason.MESSAGE_TOO_LARGE,
        "The record batch has " + size + " bytes; max.message.bytes is " + rules.messageBytesMax());
  }

  private static Verdict.Rejected checkClientHeader(
      ByteBuffer records, int batch, short attributes) {
    int lastOffsetDelta = BatchLayout.lastOffsetDelta(records, batch);
    int count = BatchLayout.recordCount(records, batch);
    if (count <= 0 || lastOffsetDelta != count - 1) {
      return reject(
          Reason.INVALID_RECORD,
          "A record count of " + count + " with a last offset delta of " + lastOffsetDelta);
    }
    if ((attributes & BatchLayout.CONTROL_FLAG) != 0) {
      return reject(Reason.INVALID_RECORD, "Clients cannot write control records");
    }
    int sequence = BatchLayout.baseSequence(records, batch);
    long producerId = BatchLayout.producerId(records, batch);
    if (producerId > BatchLayout.NO_PRODUCER_ID && sequence < 0) {
      return reject(
          Reason.INVALID_RECORD,
          "A base sequence of " + sequence + " in a batch of producer " + producerId);
    }
    return null;
  }

  private static Verdict checkRecords(
      ByteBuffer records, int batch, int size, BatchRules rules, long nowMs) {
    short attributes = BatchLayout.attributes(records, batch);
    CompressionType source = CompressionType.ofAttributes(attributes);
    CompressionType target = target(rules, source, attributes);
    RecordFindings findings =
        new RecordFindings(rules, attributes, BatchLayout.maxTimestamp(records, batch), nowMs);
    if (source == CompressionType.NONE) {
      InPlaceScan.scan(records, batch, size, findings);
    } else {
      InflatedScan.scan(records, batch, size, source, findings);
    }
    Verdict.Rejected rejection = findings.rejection();
    if (rejection != null) {
      return rejection;
    }
    long maxTimestamp = rules.logAppendTime() ? nowMs : findings.maxTimestamp();
    if (target != source) {
      return recompressed(records, batch, size, rules, findings, maxTimestamp);
    }
    if (source != CompressionType.NONE && !findings.isConsecutive()) {
      return reject(Reason.INVALID_RECORD, "The records are not numbered 0, 1, 2, ...");
    }
    if (isTimestampToPatch(records, batch, rules, maxTimestamp)) {
      patchTimestamp(records, batch, rules, maxTimestamp);
      BatchBuilder.sealCrc(records, batch, size);
    }
    return valid(records.slice(batch, size), rules, findings);
  }

  private static Verdict recompressed(
      ByteBuffer records,
      int batch,
      int size,
      BatchRules rules,
      RecordFindings findings,
      long maxTimestamp) {
    Verdict.Rejected unwritable = checkRewritable(records, batch, findings);
    if (unwritable != null) {
      return unwritable;
    }
    if (!(rules.compression()
        instanceof TargetCompression.Fixed(CompressionType type, int level))) {
      throw new IllegalStateException("Only a topic's own compression.type recompresses");
    }
    CompressionType source = CompressionType.ofAttributes(BatchLayout.attributes(records, batch));
    int sizeMax = rules.messageBytesMax();
    ByteBuffer built;
    try {
      built =
          canKeepRecords(records, batch, findings)
              ? Recompression.recompress(records, batch, size, source, type, level, sizeMax)
              : Recompression.renumber(records, batch, type, level, sizeMax);
    } catch (TooLargeException e) {
      return reject(
          Reason.MESSAGE_TOO_LARGE,
          "In the topic's own compression.type: " + e.getMessage() + " (max.message.bytes)");
    }
    patchTimestamp(built, 0, rules, maxTimestamp);
    BatchBuilder.sealCrc(built, 0, built.limit());
    return valid(built, rules, findings);
  }

  /** Kafka builds the batch anew here, and its builder refuses what its validator lets pass. */
  private static Verdict.Rejected checkRewritable(
      ByteBuffer records, int batch, RecordFindings findings) {
    if (findings.hasNegativeTimestamp()) {
      return reject(Reason.INVALID_TIMESTAMP, "A timestamp below -1");
    }
    long producerId = BatchLayout.producerId(records, batch);
    boolean transactional =
        (BatchLayout.attributes(records, batch) & BatchLayout.TRANSACTIONAL_FLAG) != 0;
    if (producerId == BatchLayout.NO_PRODUCER_ID) {
      return transactional
          ? reject(Reason.INVALID_RECORD, "Transactional records without a producer id")
          : null;
    }
    return BatchLayout.producerEpoch(records, batch) == NO_PRODUCER_EPOCH
            || BatchLayout.baseSequence(records, batch) < 0
        ? reject(Reason.INVALID_RECORD, "A producer id without an epoch and a sequence")
        : null;
  }

  /** Otherwise what the records say of themselves does not hold, and each is written anew. */
  private static boolean canKeepRecords(ByteBuffer buffer, int batch, RecordFindings findings) {
    int overriding = BatchLayout.LOG_APPEND_TIME_FLAG | BatchLayout.DELETE_HORIZON_FLAG;
    return findings.isConsecutive() && (BatchLayout.attributes(buffer, batch) & overriding) == 0;
  }

  private static boolean isTimestampToPatch(
      ByteBuffer buffer, int batch, BatchRules rules, long maxTimestamp) {
    boolean batchAppendTime =
        (BatchLayout.attributes(buffer, batch) & BatchLayout.LOG_APPEND_TIME_FLAG) != 0;
    return batchAppendTime != rules.logAppendTime()
        || BatchLayout.maxTimestamp(buffer, batch) != maxTimestamp;
  }

  /** The CRC has to be computed anew afterwards. */
  private static void patchTimestamp(
      ByteBuffer buffer, int batch, BatchRules rules, long maxTimestamp) {
    int others =
        BatchLayout.attributes(buffer, batch) & KNOWN_FLAGS & ~BatchLayout.LOG_APPEND_TIME_FLAG;
    int type = rules.logAppendTime() ? BatchLayout.LOG_APPEND_TIME_FLAG : 0;
    buffer.putShort(batch + BatchLayout.ATTRIBUTES, (short) (others | type));
    buffer.putLong(batch + BatchLayout.MAX_TIMESTAMP, maxTimestamp);
  }

  private static Verdict valid(ByteBuffer batch, BatchRules rules, RecordFindings findings) {
    return new Verdict.Valid(
        new ValidBatch(
            batch,
            BatchLayout.recordCount(batch, 0),
            BatchLayout.lastOffsetDelta(batch, 0),
            BatchLayout.maxTimestamp(batch, 0),
            rules.logAppendTime() ? 0 : findings.maxTimestampIndex(),
            BatchLayout.producerId(batch, 0),
            BatchLayout.producerEpoch(batch, 0),
            BatchLayout.baseSequence(batch, 0),
            BatchLayout.attributes(batch, 0)));
  }
}

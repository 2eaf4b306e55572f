package io.myelin.log.record;

import io.myelin.log.record.BatchRules.TargetCompression;
import io.myelin.log.record.Verdict.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.compress.GzipCompression;
import org.apache.kafka.common.compress.Lz4Compression;
import org.apache.kafka.common.compress.ZstdCompression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;

/**
 * What an Apache Kafka broker does with a partition's records in a produce request: the request's
 * own check, the log's checks of each batch, the validator, and the size again if it recompressed.
 */
final class KafkaOracle {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final short PRODUCE_VERSION = 12;
  private static final int LEADER_EPOCH = 3;

  sealed interface Outcome {
    /** Stored; these are the bytes. */
    record Accepted(ByteBuffer stored) implements Outcome {}

    /** Stored, but Kafka's own reader throws on it: a batch that no consumer gets past. */
    record Unreadable(Throwable why) implements Outcome {}

    record Rejected(Reason reason, List<Integer> badRecords) implements Outcome {}

    /** An exception that means nothing to a client: UNKNOWN_SERVER_ERROR. */
    record Stumbled(Throwable why) implements Outcome {}
  }

  private KafkaOracle() {}

  static Outcome judge(byte[] bytes, BatchRules rules, long nowMs) {
    MemoryRecords stored;
    try {
      stored = append(bytes.clone(), rules, nowMs);
    } catch (RecordValidationException e) {
      return new Outcome.Rejected(
          e.invalidException() instanceof InvalidTimestampException
              ? Reason.INVALID_TIMESTAMP
              : Reason.INVALID_RECORD,
          e.recordErrors().stream().map(KafkaOracle::index).toList());
    } catch (RuntimeException | Error e) {
      Reason reason = reasonOf(e);
      return reason == null ? new Outcome.Stumbled(e) : new Outcome.Rejected(reason, List.of());
    }
    Throwable unreadable = read(stored);
    return unreadable == null
        ? new Outcome.Accepted(stored.buffer())
        : new Outcome.Unreadable(unreadable);
  }

  /** Whether Kafka's consumers get past these records. */
  static boolean isReadable(byte[] bytes) {
    return read(MemoryRecords.readableRecords(ByteBuffer.wrap(bytes))) == null;
  }

  private static Throwable read(MemoryRecords records) {
    try {
      List<Record> read = new ArrayList<>();
      records.records().forEach(read::add);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static int index(RecordError error) {
    return error.batchIndex;
  }

  private static Reason reasonOf(Throwable e) {
    return switch (e) {
      case CorruptRecordException _ -> Reason.CORRUPT_MESSAGE;
      case RecordTooLargeException _ -> Reason.MESSAGE_TOO_LARGE;
      case InvalidRecordException _ -> Reason.INVALID_RECORD;
      case InvalidTimestampException _ -> Reason.INVALID_TIMESTAMP;
      case UnsupportedCompressionTypeException _ -> Reason.UNSUPPORTED_COMPRESSION_TYPE;
      case UnsupportedForMessageFormatException _ -> Reason.UNSUPPORTED_FOR_MESSAGE_FORMAT;
      default -> null;
    };
  }

  private static MemoryRecords append(byte[] bytes, BatchRules rules, long nowMs) {
    MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
    ProduceRequest.validateRecords(PRODUCE_VERSION, records);
    var source = org.apache.kafka.common.record.internal.CompressionType.NONE;
    int validBytes = 0;
    for (MutableRecordBatch batch : records.batches()) {
      if (rules.fromClient() && batch.baseOffset() != 0) {
        throw new InvalidRecordException("base offset");
      }
      batch.lastOffset();
      checkSize(batch, rules);
      if (!batch.isValid()) {
        throw new CorruptRecordException("CRC");
      }
      batch.maxTimestamp();
      validBytes += batch.sizeInBytes();
      source = batch.compressionType();
    }
    LogValidator validator =
        new LogValidator(
            MemoryRecords.readableRecords(ByteBuffer.wrap(bytes, 0, validBytes)),
            PARTITION,
            new FixedTime(nowMs),
            source,
            switch (rules.compression()) {
              case TargetCompression.Producers() -> Compression.of(source).build();
              case TargetCompression.Fixed(CompressionType type, int level) -> codec(type, level);
            },
            rules.compacted(),
            RecordBatch.MAGIC_VALUE_V2,
            rules.logAppendTime() ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
            rules.timestampBeforeMsMax(),
            rules.timestampAfterMsMax(),
            LEADER_EPOCH,
            rules.fromClient() ? AppendOrigin.CLIENT : AppendOrigin.COORDINATOR);
    var result =
        validator.validateMessagesAndAssignOffsets(
            PrimitiveRef.ofLong(0), new NoMetrics(), BufferSupplier.NO_CACHING);
    if (result.messageSizeMaybeChanged()) {
      result.validatedRecords().batches().forEach(batch -> checkSize(batch, rules));
    }
    return result.validatedRecords();
  }

  private static void checkSize(RecordBatch batch, BatchRules rules) {
    if (batch.sizeInBytes() > rules.messageBytesMax()) {
      throw new RecordTooLargeException("size");
    }
  }

  static Compression codec(CompressionType type, int level) {
    return switch (type) {
      case NONE -> Compression.NONE;
      case GZIP -> new GzipCompression.Builder().level(level).build();
      case SNAPPY -> Compression.snappy().build();
      case LZ4 -> new Lz4Compression.Builder().level(level).build();
      case ZSTD -> new ZstdCompression.Builder().level(level).build();
    };
  }

  private record FixedTime(long milliseconds) implements Time {
    @Override
    public long hiResClockMs() {
      return milliseconds;
    }

    @Override
    public long nanoseconds() {
      return milliseconds * 1_000_000;
    }

    @Override
    public void sleep(long ms) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void waitObject(Object on, Supplier<Boolean> condition, long deadlineMs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer timer(long timeoutMs) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class NoMetrics implements LogValidator.MetricsRecorder {
    @Override
    public void recordInvalidMagic() {}

    @Override
    public void recordInvalidOffset() {}

    @Override
    public void recordInvalidSequence() {}

    @Override
    public void recordInvalidChecksums() {}

    @Override
    public void recordNoKeyCompactedTopic() {}
  }
}

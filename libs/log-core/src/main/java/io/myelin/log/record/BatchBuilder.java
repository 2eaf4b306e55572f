package io.myelin.log.record;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Builds one record batch of message format v2, complete with its CRC. Settings first, then
 * records, then {@link #build}, once. A builder that is given up before that must be closed, for
 * codecs hold memory outside the heap. Confined to one thread.
 */
public final class BatchBuilder implements AutoCloseable {
  private static final int INITIAL_BYTES = 512;
  private static final int NO_LEADER_EPOCH = -1;

  private final GrowableBytes batch;
  private final GrowableBytes record = new GrowableBytes(INITIAL_BYTES);

  private CompressionType compression = CompressionType.NONE;
  private int level;
  private long baseOffset;
  private int leaderEpoch = NO_LEADER_EPOCH;
  private long producerId = BatchLayout.NO_PRODUCER_ID;
  private short producerEpoch = -1;
  private int baseSequence = BatchLayout.NO_SEQUENCE;
  private int flags;
  private long logAppendTimeMs;
  private long deleteHorizonMs;

  private OutputStream sink;
  private int recordCount;
  private long recordBytes;
  private long lastOffset = -1;
  private boolean lastOffsetFixed;
  private long baseTimestamp = BatchLayout.NO_TIMESTAMP;
  private long maxTimestamp = BatchLayout.NO_TIMESTAMP;

  public BatchBuilder() {
    this(GrowableBytes.BYTES_MAX);
  }

  /**
   * @param sizeMax bytes of the whole batch; more throws {@link TooLargeException}
   */
  BatchBuilder(int sizeMax) {
    batch = new GrowableBytes(INITIAL_BYTES, sizeMax);
    batch.extend(BatchLayout.HEADER_BYTES);
  }

  /**
   * With the offsets, producer, flags, codec and append time of the batch at index {@code batch},
   * but without its records and its delete horizon.
   */
  public static BatchBuilder like(ByteBuffer buffer, int batch) {
    short attributes = BatchLayout.attributes(buffer, batch);
    BatchBuilder builder =
        new BatchBuilder()
            .compression(CompressionType.ofAttributes(attributes))
            .baseOffset(BatchLayout.baseOffset(buffer, batch))
            .lastOffset(BatchLayout.lastOffset(buffer, batch))
            .leaderEpoch(BatchLayout.leaderEpoch(buffer, batch))
            .producer(
                BatchLayout.producerId(buffer, batch),
                BatchLayout.producerEpoch(buffer, batch),
                BatchLayout.baseSequence(buffer, batch));
    builder.flags = attributes & (BatchLayout.TRANSACTIONAL_FLAG | BatchLayout.CONTROL_FLAG);
    if ((attributes & BatchLayout.LOG_APPEND_TIME_FLAG) != 0) {
      builder.logAppendTime(BatchLayout.maxTimestamp(buffer, batch));
    }
    return builder;
  }

  /**
   * What is left of the batch at index {@code batch} without its records: offsets, producer, flags
   * and max timestamp.
   */
  public static ByteBuffer emptied(ByteBuffer buffer, int batch) {
    BatchBuilder builder = like(buffer, batch);
    builder.maxTimestamp = BatchLayout.maxTimestamp(buffer, batch);
    return builder.build();
  }

  public BatchBuilder compression(CompressionType type) {
    return compression(type, type.defaultLevel());
  }

  public BatchBuilder compression(CompressionType type, int level) {
    this.compression = type;
    this.level = level;
    return this;
  }

  public BatchBuilder baseOffset(long offset) {
    this.baseOffset = offset;
    return this;
  }

  public BatchBuilder leaderEpoch(int epoch) {
    this.leaderEpoch = epoch;
    return this;
  }

  public BatchBuilder producer(long id, short epoch, int sequence) {
    this.producerId = id;
    this.producerEpoch = epoch;
    this.baseSequence = sequence;
    return this;
  }

  public BatchBuilder transactional() {
    flags |= BatchLayout.TRANSACTIONAL_FLAG;
    return this;
  }

  public BatchBuilder control() {
    flags |= BatchLayout.CONTROL_FLAG;
    return this;
  }

  /** Every record gets this time, whatever its own is. */
  public BatchBuilder logAppendTime(long timeMs) {
    flags |= BatchLayout.LOG_APPEND_TIME_FLAG;
    logAppendTimeMs = timeMs;
    return this;
  }

  /** When compaction may drop the batch's tombstones or marker (KIP-534). */
  public BatchBuilder deleteHorizon(long timeMs) {
    flags |= BatchLayout.DELETE_HORIZON_FLAG;
    deleteHorizonMs = timeMs;
    return this;
  }

  /** The batch ends at this offset even if records before it are missing (compaction). */
  public BatchBuilder lastOffset(long offset) {
    lastOffset = offset;
    lastOffsetFixed = true;
    return this;
  }

  /** Appends at the offset that follows the last one. */
  public BatchBuilder append(long timestampMs, ByteBuffer key, ByteBuffer value) {
    return append(timestampMs, key, value, List.of());
  }

  public BatchBuilder append(
      long timestampMs, ByteBuffer key, ByteBuffer value, List<Header> headers) {
    long offset = recordCount == 0 || lastOffsetFixed ? baseOffset + recordCount : lastOffset + 1;
    return appendAt(offset, timestampMs, key, value, headers);
  }

  /**
   * @param key null for none; position to limit, never moved, copied
   * @param value as {@code key}
   */
  public BatchBuilder appendAt(
      long offset, long timestampMs, ByteBuffer key, ByteBuffer value, List<Header> headers) {
    int offsetDelta = Math.toIntExact(offset - baseOffset);
    if (sink == null) {
      baseTimestamp = isDeleteHorizonSet() ? deleteHorizonMs : timestampMs;
      sink = openSink();
    }
    record.truncate(0);
    record.write(0); // Attributes, unused.
    record.writeVarlong(timestampMs - baseTimestamp);
    record.writeVarint(offsetDelta);
    writeSized(key);
    writeSized(value);
    record.writeVarint(headers.size());
    for (Header header : headers) {
      byte[] name = header.key().getBytes(StandardCharsets.UTF_8);
      record.writeVarint(name.length);
      record.write(name, 0, name.length);
      writeSized(header.value());
    }
    flushRecord();
    recordCount++;
    if (!lastOffsetFixed) {
      lastOffset = offset;
    }
    maxTimestamp = Math.max(maxTimestamp, timestampMs);
    return this;
  }

  private OutputStream openSink() {
    try {
      return Compression.output(compression, level, batch);
    } catch (IOException e) {
      throw new UncheckedIOException("Into memory: cannot happen", e);
    }
  }

  private void writeSized(ByteBuffer bytes) {
    if (bytes == null) {
      record.writeVarint(-1);
    } else {
      record.writeVarint(bytes.remaining());
      record.write(bytes);
    }
  }

  private void flushRecord() {
    int body = record.size();
    record.writeVarint(body);
    try {
      sink.write(record.array(), body, record.size() - body);
      sink.write(record.array(), 0, body);
    } catch (IOException e) {
      throw new UncheckedIOException("Into memory: cannot happen", e);
    }
    recordBytes += record.size();
  }

  private boolean isDeleteHorizonSet() {
    return (flags & BatchLayout.DELETE_HORIZON_FLAG) != 0;
  }

  public int recordCount() {
    return recordCount;
  }

  public boolean isEmpty() {
    return recordCount == 0;
  }

  /** Header and records, uncompressed. */
  public long sizeInBytesUncompressed() {
    return BatchLayout.HEADER_BYTES + recordBytes;
  }

  /**
   * The batch, from position to limit of a heap buffer that is the caller's.
   *
   * @throws IllegalStateException without a record, unless {@link #lastOffset} is set: then an
   *     empty batch, as compaction leaves behind
   */
  public ByteBuffer build() {
    if (recordCount == 0 && !lastOffsetFixed) {
      throw new IllegalStateException("A batch without records");
    }
    close();
    ByteBuffer built = ByteBuffer.wrap(batch.array(), 0, batch.size());
    int attributes = flags | (recordCount == 0 ? 0 : compression.id());
    boolean appendTime = (flags & BatchLayout.LOG_APPEND_TIME_FLAG) != 0;
    built.putLong(BatchLayout.BASE_OFFSET, baseOffset);
    built.putInt(BatchLayout.LENGTH, batch.size() - BatchLayout.PREFIX_BYTES);
    built.putInt(BatchLayout.LEADER_EPOCH, leaderEpoch);
    built.put(BatchLayout.MAGIC, BatchLayout.CURRENT_MAGIC);
    built.putShort(BatchLayout.ATTRIBUTES, (short) attributes);
    built.putInt(BatchLayout.LAST_OFFSET_DELTA, Math.toIntExact(lastOffset - baseOffset));
    built.putLong(
        BatchLayout.BASE_TIMESTAMP, isDeleteHorizonSet() ? deleteHorizonMs : baseTimestamp);
    built.putLong(BatchLayout.MAX_TIMESTAMP, appendTime ? logAppendTimeMs : maxTimestamp);
    built.putLong(BatchLayout.PRODUCER_ID, producerId);
    built.putShort(BatchLayout.PRODUCER_EPOCH, producerEpoch);
    built.putInt(BatchLayout.BASE_SEQUENCE, baseSequence);
    built.putInt(BatchLayout.RECORD_COUNT, recordCount);
    sealCrc(built, 0, batch.size());
    return built;
  }

  /** Releases the codec; the builder cannot be used any more, unless it was built before. */
  @Override
  public void close() {
    OutputStream open = sink;
    sink = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Into memory: cannot happen", e);
      }
    }
  }

  /** Computes the CRC of the batch and writes it into its header. */
  static void sealCrc(ByteBuffer buffer, int batch, int sizeInBytes) {
    buffer.putInt(batch + BatchLayout.CRC, computeCrc(buffer, batch, sizeInBytes));
  }

  static int computeCrc(ByteBuffer buffer, int batch, int sizeInBytes) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(batch + BatchLayout.ATTRIBUTES, sizeInBytes - BatchLayout.ATTRIBUTES));
    return (int) crc.getValue();
  }
}

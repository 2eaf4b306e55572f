package io.myelin.log.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the records of one batch in order: {@code while (cursor.next()) ...}. Offsets, timestamps
 * and sizes cost no allocation; {@link #key}, {@link #value} and {@link #headers} make views.
 *
 * <p>Views of an uncompressed batch are parts of the batch's own buffer and live as long as that.
 * Views of a compressed batch are valid until the following {@link #next} or {@link #close}.
 *
 * <p>Every method may throw {@link InvalidBatchException}, after which the cursor is only good for
 * closing. It checks lengths and counts, not the CRC. Memory: one record of a compressed batch, as
 * far as its bytes are really there, up to {@link #RECORD_BYTES_MAX}. Confined to one thread; must
 * be closed.
 */
public final class RecordCursor implements AutoCloseable {
  /**
   * A larger record of a compressed batch throws {@link TooLargeException}. A megabyte of zstd can
   * inflate to gigabytes, which must not cost a broker its heap; records that are meant to be read
   * are not larger than a few max.message.bytes (default 1 MiB).
   */
  public static final int RECORD_BYTES_MAX = 64 << 20;

  private final InflatedBytes inflated;
  private final GrowableBytes record;
  private final long baseOffset;
  private final long baseTimestamp;
  // Applies to every record of a LogAppendTime batch; CreateTime otherwise.
  private final boolean logAppendTime;
  private final long maxTimestamp;
  private final int recordCount;
  private final int end;

  private ByteBuffer bytes;
  private int position;
  private int index = -1;
  private int offsetDelta;
  private long timestampDelta;
  private int keyAt;
  private int keySize;
  private int valueAt;
  private int valueSize;
  private int headersAt;
  private int headerCount;
  private int recordSize;

  private RecordCursor(ByteBuffer buffer, int batch) {
    int size = BatchLayout.sizeInBytes(buffer, batch);
    if (size < BatchLayout.HEADER_BYTES || size > buffer.limit() - batch) {
      throw new InvalidBatchException(
          "A batch of " + size + " bytes where there are " + (buffer.limit() - batch));
    }
    short attributes = BatchLayout.attributes(buffer, batch);
    CompressionType type = CompressionType.ofAttributes(attributes);
    baseOffset = BatchLayout.baseOffset(buffer, batch);
    baseTimestamp = BatchLayout.baseTimestamp(buffer, batch);
    logAppendTime = (attributes & BatchLayout.LOG_APPEND_TIME_FLAG) != 0;
    maxTimestamp = BatchLayout.maxTimestamp(buffer, batch);
    recordCount = BatchLayout.recordCount(buffer, batch);
    if (BatchLayout.magic(buffer, batch) != BatchLayout.CURRENT_MAGIC) {
      throw new InvalidBatchException(
          "A batch of message format " + BatchLayout.magic(buffer, batch) + " instead of 2");
    }
    if (recordCount < 0) {
      throw new InvalidBatchException("A record count of " + recordCount);
    }
    if (type == null) {
      throw new InvalidBatchException("No compression has number " + (attributes & 7));
    }
    if (type == CompressionType.NONE || recordCount == 0) {
      bytes = buffer;
      position = batch + BatchLayout.RECORDS;
      end = batch + size;
      inflated = null;
      record = null;
    } else {
      inflated = new InflatedBytes(buffer, batch, size, type);
      record = new GrowableBytes(256);
      end = 0;
    }
  }

  /** Of the batch that starts at index {@code batch} of the buffer; no position is moved. */
  public static RecordCursor of(ByteBuffer buffer, int batch) {
    return new RecordCursor(buffer, batch);
  }

  /** Of the batch that starts at the buffer's position, which stays. */
  public static RecordCursor of(ByteBuffer batch) {
    return new RecordCursor(batch, batch.position());
  }

  /**
   * Moves to the following record; false after the last one.
   *
   * @throws InvalidBatchException also if bytes are left after the last record
   */
  public boolean next() {
    if (index + 1 >= recordCount) {
      index = recordCount;
      return false;
    }
    index++;
    try {
      if (inflated == null) {
        readInPlace();
      } else {
        readInflated();
      }
    } catch (IndexOutOfBoundsException e) {
      throw new InvalidBatchException("The records end inside record " + index, e);
    }
    return true;
  }

  private void readInPlace() {
    int start = position;
    int body = varint();
    if (body < 0 || body > end - position) {
      throw badSize(body, end - position);
    }
    int bodyEnd = position + body;
    parse(bodyEnd);
    recordSize = bodyEnd - start;
    position = bodyEnd;
    if (index == recordCount - 1 && bodyEnd != end) {
      throw new InvalidBatchException((end - bodyEnd) + " bytes after the last record");
    }
  }

  private void readInflated() {
    int body = inflated.varint();
    if (body < 0) {
      throw badSize(body, 0);
    }
    if (body > RECORD_BYTES_MAX) {
      throw new TooLargeException("Record " + index + " inflates to " + body + " bytes");
    }
    record.truncate(0);
    inflated.copyTo(record, body);
    bytes = ByteBuffer.wrap(record.array(), 0, body);
    position = 0;
    parse(body);
    recordSize = Varint.size(body) + body;
    if (index == recordCount - 1 && inflated.hasMore()) {
      throw new InvalidBatchException("Bytes after the last record");
    }
  }

  private InvalidBatchException badSize(int size, int left) {
    return new InvalidBatchException(
        "Record " + index + " claims " + size + " bytes; " + left + " are left");
  }

  private void parse(int bodyEnd) {
    position++; // Attributes of a record are unused.
    timestampDelta = varlong();
    offsetDelta = varint();
    keySize = varint();
    keyAt = position;
    skip(keySize, bodyEnd);
    valueSize = varint();
    valueAt = position;
    skip(valueSize, bodyEnd);
    headerCount = varint();
    headersAt = position;
    if (headerCount < 0 || headerCount > bodyEnd - position) {
      throw new InvalidBatchException("Record " + index + " claims " + headerCount + " headers");
    }
    for (int i = 0; i < headerCount; i++) {
      int nameSize = varint();
      if (nameSize < 0) {
        throw new InvalidBatchException("Record " + index + " has a header without a name");
      }
      skip(nameSize, bodyEnd);
      skip(varint(), bodyEnd);
    }
    if (position != bodyEnd) {
      throw new InvalidBatchException(
          "Record " + index + " ends " + (bodyEnd - position) + " bytes before its size says");
    }
  }

  /** Negative sizes stand for null. */
  private void skip(int size, int bodyEnd) {
    if (size > bodyEnd - position) {
      throw badSize(size, bodyEnd - position);
    }
    position += Math.max(size, 0);
  }

  private int varint() {
    int raw = 0;
    for (int shift = 0; shift < 7 * Varint.INT_BYTES_MAX; shift += 7) {
      byte b = bytes.get(position++);
      raw |= (b & 0x7F) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }

  private long varlong() {
    long raw = 0;
    for (int shift = 0; shift < 7 * Varint.LONG_BYTES_MAX; shift += 7) {
      byte b = bytes.get(position++);
      raw |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }

  /** Records passed before this one. */
  public int index() {
    return index;
  }

  public int offsetDelta() {
    return offsetDelta;
  }

  public long offset() {
    return baseOffset + offsetDelta;
  }

  /** The batch's time where it is LogAppendTime, the record's own otherwise; milliseconds. */
  public long timestampMs() {
    return logAppendTime ? maxTimestamp : baseTimestamp + timestampDelta;
  }

  /** Bytes of the record with its length, uncompressed. */
  public int recordSizeInBytes() {
    return recordSize;
  }

  public boolean hasKey() {
    return keySize >= 0;
  }

  public boolean hasValue() {
    return valueSize >= 0;
  }

  /** Null if the record has none. */
  public ByteBuffer key() {
    return hasKey() ? bytes.slice(keyAt, keySize) : null;
  }

  /** Null if the record has none: a tombstone. */
  public ByteBuffer value() {
    return hasValue() ? bytes.slice(valueAt, valueSize) : null;
  }

  public int headerCount() {
    return headerCount;
  }

  /** In the record's order; names may repeat. */
  public List<Header> headers() {
    if (headerCount == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>(Math.min(headerCount, 64));
    int resume = position;
    position = headersAt;
    for (int i = 0; i < headerCount; i++) {
      byte[] name = new byte[varint()];
      bytes.get(position, name);
      position += name.length;
      int size = varint();
      ByteBuffer value = size < 0 ? null : bytes.slice(position, size);
      position += Math.max(size, 0);
      headers.add(new Header(new String(name, StandardCharsets.UTF_8), value));
    }
    position = resume;
    return headers;
  }

  @Override
  public void close() {
    if (inflated != null) {
      inflated.close();
    }
  }
}

package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * One pass over the records of an uncompressed batch: every length is checked, nothing is copied or
 * allocated per record. This is the broker's hottest loop: variable-length numbers of one byte are
 * decoded in line, and bytes come out of the buffer eight at a time, since a small record has about
 * ten of interest and each access is checked.
 */
final class InPlaceScan {
  private final ByteBuffer buffer;
  private final int end;

  /** The next byte to be read. */
  private int at;

  /** The bytes from {@code at} on that have been fetched, the first one on top. */
  private long window;

  private int inWindow;

  private InPlaceScan(ByteBuffer buffer, int from, int end) {
    this.buffer = buffer;
    this.at = from;
    this.end = end;
  }

  /**
   * Reads all records of the batch into {@code findings}.
   *
   * @throws InvalidBatchException if they do not fill the batch exactly
   */
  static void scan(ByteBuffer buffer, int batch, int sizeInBytes, RecordFindings findings) {
    int count = BatchLayout.recordCount(buffer, batch);
    if (count < 0) {
      throw new InvalidBatchException("A record count of " + count);
    }
    if (count == 0) {
      return;
    }
    try {
      new InPlaceScan(buffer, batch + BatchLayout.RECORDS, batch + sizeInBytes)
          .run(count, BatchLayout.baseTimestamp(buffer, batch), findings);
    } catch (IndexOutOfBoundsException e) {
      throw new InvalidBatchException("The records end inside a record", e);
    }
  }

  private void run(int count, long baseTimestamp, RecordFindings findings) {
    for (int i = 0; i < count; i++) {
      int body = varint();
      if (body < 0 || body > end - at) {
        throw new InvalidBatchException(
            "Record " + i + " claims " + body + " bytes; " + (end - at) + " are left");
      }
      int bodyEnd = at + body;
      next(); // Attributes of a record are unused.
      long timestampDelta = varlong();
      int offsetDelta = varint();
      int keySize = varint();
      skip(keySize);
      skip(varint());
      int headers = varint();
      if (headers != 0) {
        skipHeaders(headers);
      }
      if (at != bodyEnd) {
        throw new InvalidBatchException(
            "Record " + i + " is " + (at - bodyEnd) + " bytes longer than its size says");
      }
      findings.add(i, offsetDelta, baseTimestamp + timestampDelta, keySize >= 0);
    }
    if (at != end) {
      throw new InvalidBatchException((end - at) + " bytes after the last record");
    }
  }

  /** Negative sizes stand for null. */
  private void skip(int size) {
    if (size > 0) {
      if (size > end - at) {
        throw new InvalidBatchException(
            "A key, value or header claims " + size + " bytes; " + (end - at) + " are left");
      }
      at += size;
      inWindow = 0;
    }
  }

  private void skipHeaders(int count) {
    if (count < 0 || count > end - at) {
      throw new InvalidBatchException("A record claims " + count + " headers");
    }
    for (int i = 0; i < count; i++) {
      int nameSize = varint();
      if (nameSize < 0) {
        throw new InvalidBatchException("A header without a name");
      }
      skip(nameSize);
      skip(varint());
    }
  }

  private int next() {
    if (inWindow == 0) {
      fetch();
    }
    int b = (int) (window >> (Long.SIZE - Byte.SIZE));
    window <<= Byte.SIZE;
    inWindow--;
    at++;
    return b;
  }

  private void fetch() {
    if (buffer.limit() - at >= Long.BYTES) {
      window = buffer.getLong(at);
      inWindow = Long.BYTES;
    } else {
      window = (long) buffer.get(at) << (Long.SIZE - Byte.SIZE);
      inWindow = 1;
    }
  }

  private int varint() {
    int b = next();
    return b >= 0 ? Varint.unzigzag(b) : longerVarint(b & 0x7F);
  }

  private int longerVarint(int first) {
    int raw = first;
    for (int shift = 7; shift < 7 * Varint.INT_BYTES_MAX; shift += 7) {
      int b = next();
      raw |= (b & 0x7F) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }

  private long varlong() {
    int b = next();
    return b >= 0 ? Varint.unzigzag((long) b) : longerVarlong(b & 0x7F);
  }

  private long longerVarlong(long first) {
    long raw = first;
    for (int shift = 7; shift < 7 * Varint.LONG_BYTES_MAX; shift += 7) {
      int b = next();
      raw |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }
}

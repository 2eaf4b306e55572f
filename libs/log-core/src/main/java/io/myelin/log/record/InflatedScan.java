package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * One pass over the records of a compressed batch as they inflate: every length is checked, keys,
 * values and headers are passed over without being held.
 *
 * <p>Stricter than Kafka's validator in one point: it holds a record to the size that it declares.
 * Kafka would store a lie there, and no consumer could read past it.
 */
final class InflatedScan {
  private final InflatedBytes in;

  private InflatedScan(InflatedBytes in) {
    this.in = in;
  }

  /**
   * Reads all records of the batch into {@code findings}.
   *
   * @throws InvalidBatchException if the stream does not decode to exactly the declared records
   */
  static void scan(
      ByteBuffer buffer,
      int batch,
      int sizeInBytes,
      CompressionType type,
      RecordFindings findings) {
    int count = BatchLayout.recordCount(buffer, batch);
    if (count < 0) {
      throw new InvalidBatchException("A record count of " + count);
    }
    if (count == 0) {
      return;
    }
    try (InflatedBytes in = new InflatedBytes(buffer, batch, sizeInBytes, type)) {
      new InflatedScan(in).run(count, BatchLayout.baseTimestamp(buffer, batch), findings);
    }
  }

  private void run(int count, long baseTimestamp, RecordFindings findings) {
    for (int i = 0; i < count; i++) {
      int body = in.varint();
      long bodyEnd = in.position() + body;
      in.get(); // Attributes of a record are unused.
      long timestampDelta = in.varlong();
      int offsetDelta = in.varint();
      int keySize = in.varint();
      skip(keySize, bodyEnd);
      skip(in.varint(), bodyEnd);
      int headers = in.varint();
      if (headers < 0 || headers > bodyEnd - in.position()) {
        throw new InvalidBatchException("Record " + i + " claims " + headers + " headers");
      }
      for (int h = 0; h < headers; h++) {
        int nameSize = in.varint();
        if (nameSize < 0) {
          throw new InvalidBatchException("Record " + i + " has a header without a name");
        }
        skip(nameSize, bodyEnd);
        skip(in.varint(), bodyEnd);
      }
      if (in.position() != bodyEnd) {
        throw new InvalidBatchException("Record " + i + " does not end where its size says");
      }
      findings.add(i, offsetDelta, baseTimestamp + timestampDelta, keySize >= 0);
    }
    if (in.hasMore()) {
      throw new InvalidBatchException("Bytes after the last record");
    }
  }

  /** Negative sizes stand for null. */
  private void skip(int size, long bodyEnd) {
    if (size > bodyEnd - in.position()) {
      throw new InvalidBatchException(
          "A key, value or header claims " + size + " bytes, more than its record has");
    }
    if (size > 0) {
      in.skip(size);
    }
  }
}

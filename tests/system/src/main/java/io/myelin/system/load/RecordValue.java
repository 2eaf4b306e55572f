package io.myelin.system.load;

import io.myelin.system.history.RecordId;
import java.nio.ByteBuffer;

/**
 * The bytes of a record's value:
 *
 * <pre>
 *   8  record id, see RecordId
 *   4  length of the whole
 *   .. filling, each byte made from the id and its place
 * </pre>
 *
 * So a record that was mixed up, cut off or overwritten does not pass for another.
 */
final class RecordValue {
  static final int BYTES_MIN = Long.BYTES + Integer.BYTES;

  private RecordValue() {}

  static byte[] encode(long record, int bytes) {
    ByteBuffer value = ByteBuffer.allocate(bytes).putLong(record).putInt(bytes);
    while (value.hasRemaining()) {
      value.put(filling(record, value.position()));
    }
    return value.array();
  }

  /** The record that {@code value} is, whole and unchanged; {@link RecordId#FOREIGN} otherwise. */
  static long decode(byte[] value) {
    if (value == null || value.length < BYTES_MIN) {
      return RecordId.FOREIGN;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    long record = buffer.getLong();
    if (record < 0 || buffer.getInt() != value.length) {
      return RecordId.FOREIGN;
    }
    while (buffer.hasRemaining()) {
      int at = buffer.position();
      if (buffer.get() != filling(record, at)) {
        return RecordId.FOREIGN;
      }
    }
    return record;
  }

  private static byte filling(long record, int at) {
    return (byte) (record * 31 + at);
  }
}

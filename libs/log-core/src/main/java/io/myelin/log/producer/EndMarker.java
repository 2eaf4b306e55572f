package io.myelin.log.producer;

import io.myelin.log.record.BatchLayout;
import java.nio.ByteBuffer;

/**
 * The end of a transaction as a control batch has it: one record with key (version int16, type
 * int16: 0 abort, 1 commit) and value (version int16, coordinator epoch int32).
 */
record EndMarker(boolean abort, int coordinatorEpoch, long timestampMs) {
  private static final short ABORT = 0;
  private static final short COMMIT = 1;

  /** Reads the batch at {@code batch}, or null if it holds no such marker. */
  static EndMarker read(ByteBuffer buffer, int batch) {
    if (BatchLayout.recordCount(buffer, batch) == 0) {
      return null;
    }
    ByteBuffer in = buffer.duplicate();
    in.limit(batch + BatchLayout.sizeInBytes(buffer, batch)).position(batch + BatchLayout.RECORDS);
    varint(in);
    in.get();
    long timestamp = BatchLayout.baseTimestamp(buffer, batch) + varint(in);
    varint(in);
    if (varint(in) < 4) {
      return null;
    }
    in.getShort();
    short type = in.getShort();
    if ((type != ABORT && type != COMMIT) || varint(in) < 6) {
      return null;
    }
    in.getShort();
    return new EndMarker(type == ABORT, in.getInt(), timestamp);
  }

  private static long varint(ByteBuffer in) {
    long raw = 0;
    int shift = 0;
    byte b;
    do {
      b = in.get();
      raw |= (long) (b & 0x7f) << shift;
      shift += 7;
    } while (b < 0 && shift < 64);
    return raw >>> 1 ^ -(raw & 1);
  }
}

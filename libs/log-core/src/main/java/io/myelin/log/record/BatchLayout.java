package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * Where the fields of a record batch, message format v2, stand (KIP-98; Kafka's documentation,
 * "Record Batch"). Big-endian.
 *
 * <pre>
 * offset size field
 *      0    8 base offset             patched by the leader, not under the CRC
 *      8    4 batch length            bytes that follow this field
 *     12    4 partition leader epoch  patched by the leader, not under the CRC
 *     16    1 magic (2)
 *     17    4 CRC-32C of everything from byte 21 on
 *     21    2 attributes: bits 0-2 compression, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
 *     23    4 last offset delta
 *     27    8 base timestamp, or the delete horizon
 *     35    8 max timestamp
 *     43    8 producer id
 *     51    2 producer epoch
 *     53    4 base sequence
 *     57    4 record count
 *     61      records
 * </pre>
 *
 * <p>The methods read and write at {@code batch}, the index of the batch's first byte in the
 * buffer, and never move the buffer's position. They check nothing: see {@link BatchValidator}.
 */
public final class BatchLayout {
  public static final int BASE_OFFSET = 0;
  public static final int LENGTH = 8;
  public static final int LEADER_EPOCH = 12;
  public static final int MAGIC = 16;
  public static final int CRC = 17;
  public static final int ATTRIBUTES = 21;
  public static final int LAST_OFFSET_DELTA = 23;
  public static final int BASE_TIMESTAMP = 27;
  public static final int MAX_TIMESTAMP = 35;
  public static final int PRODUCER_ID = 43;
  public static final int PRODUCER_EPOCH = 51;
  public static final int BASE_SEQUENCE = 53;
  public static final int RECORD_COUNT = 57;
  public static final int RECORDS = 61;

  /** Base offset and length: what is needed to find the next batch. */
  public static final int PREFIX_BYTES = 12;

  public static final int HEADER_BYTES = RECORDS;

  public static final byte CURRENT_MAGIC = 2;

  public static final int COMPRESSION_MASK = 0x07;
  public static final int LOG_APPEND_TIME_FLAG = 0x08;
  public static final int TRANSACTIONAL_FLAG = 0x10;
  public static final int CONTROL_FLAG = 0x20;
  public static final int DELETE_HORIZON_FLAG = 0x40;

  public static final long NO_PRODUCER_ID = -1;
  public static final int NO_SEQUENCE = -1;
  public static final long NO_TIMESTAMP = -1;

  private BatchLayout() {}

  public static long baseOffset(ByteBuffer buffer, int batch) {
    return buffer.getLong(batch + BASE_OFFSET);
  }

  /** Bytes of the whole batch, prefix included. */
  public static int sizeInBytes(ByteBuffer buffer, int batch) {
    return PREFIX_BYTES + buffer.getInt(batch + LENGTH);
  }

  public static int leaderEpoch(ByteBuffer buffer, int batch) {
    return buffer.getInt(batch + LEADER_EPOCH);
  }

  public static byte magic(ByteBuffer buffer, int batch) {
    return buffer.get(batch + MAGIC);
  }

  public static int crc(ByteBuffer buffer, int batch) {
    return buffer.getInt(batch + CRC);
  }

  public static short attributes(ByteBuffer buffer, int batch) {
    return buffer.getShort(batch + ATTRIBUTES);
  }

  public static int lastOffsetDelta(ByteBuffer buffer, int batch) {
    return buffer.getInt(batch + LAST_OFFSET_DELTA);
  }

  public static long lastOffset(ByteBuffer buffer, int batch) {
    return baseOffset(buffer, batch) + lastOffsetDelta(buffer, batch);
  }

  public static long baseTimestamp(ByteBuffer buffer, int batch) {
    return buffer.getLong(batch + BASE_TIMESTAMP);
  }

  public static long maxTimestamp(ByteBuffer buffer, int batch) {
    return buffer.getLong(batch + MAX_TIMESTAMP);
  }

  public static long producerId(ByteBuffer buffer, int batch) {
    return buffer.getLong(batch + PRODUCER_ID);
  }

  public static short producerEpoch(ByteBuffer buffer, int batch) {
    return buffer.getShort(batch + PRODUCER_EPOCH);
  }

  public static int baseSequence(ByteBuffer buffer, int batch) {
    return buffer.getInt(batch + BASE_SEQUENCE);
  }

  public static int recordCount(ByteBuffer buffer, int batch) {
    return buffer.getInt(batch + RECORD_COUNT);
  }

  public static void assign(ByteBuffer buffer, int batch, long baseOffset, int leaderEpoch) {
    buffer.putLong(batch + BASE_OFFSET, baseOffset);
    buffer.putInt(batch + LEADER_EPOCH, leaderEpoch);
  }
}

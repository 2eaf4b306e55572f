package io.myelin.log.producer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a producer snapshot, version 1 (Kafka's ProducerSnapshot.json). Big-endian.
 *
 * <pre>
 * offset size field
 *      0    2 version (1)
 *      2    4 CRC-32C of everything behind it
 *      6    4 number of entries; each:
 *      0    8 producer id
 *      8    2 producer epoch
 *     10    4 last sequence, -1 if none
 *     14    8 last offset, -1 if none
 *     22    4 last offset minus first offset of the last batch
 *     26    8 timestamp of the last batch, milliseconds
 *     34    4 coordinator epoch
 *     38    8 first offset of the open transaction, -1 if none
 * </pre>
 */
final class ProducerSnapshot {
  private static final short VERSION = 1;
  private static final int CRC = 2;
  private static final int ENTRIES = 6;
  private static final int HEADER_BYTES = 10;
  private static final int ENTRY_BYTES = 46;

  private ProducerSnapshot() {}

  static ByteBuffer encode(Collection<ProducerEntry> producers) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + producers.size() * ENTRY_BYTES);
    out.putShort(VERSION).putInt(0).putInt(producers.size());
    for (ProducerEntry producer : producers) {
      out.putLong(producer.producerId).putShort(producer.epoch);
      out.putInt(producer.lastSequence()).putLong(producer.lastOffset());
      out.putInt(producer.lastOffsetDelta()).putLong(producer.lastTimestamp);
      out.putInt(producer.coordinatorEpoch).putLong(producer.transactionStart);
    }
    out.putInt(CRC, checksum(out));
    return out.flip();
  }

  /** The entries, or null if the bytes are no valid snapshot. */
  static List<ProducerEntry> decode(ByteBuffer in) {
    if (in.limit() < HEADER_BYTES
        || in.getShort(0) != VERSION
        || (in.limit() - HEADER_BYTES) % ENTRY_BYTES != 0
        || in.getInt(ENTRIES) != (in.limit() - HEADER_BYTES) / ENTRY_BYTES
        || in.getInt(CRC) != checksum(in)) {
      return null;
    }
    List<ProducerEntry> producers = new ArrayList<>(in.getInt(ENTRIES));
    for (int at = HEADER_BYTES; at < in.limit(); at += ENTRY_BYTES) {
      ProducerEntry producer = new ProducerEntry(in.getLong(at));
      producer.setEpoch(in.getShort(at + 8));
      if (in.getLong(at + 14) >= 0) {
        producer.addBatch(
            in.getInt(at + 10), in.getLong(at + 14), in.getInt(at + 22), in.getLong(at + 26));
      }
      producer.lastTimestamp = in.getLong(at + 26);
      producer.coordinatorEpoch = in.getInt(at + 34);
      producer.transactionStart = in.getLong(at + 38);
      producers.add(producer);
    }
    return producers;
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), ENTRIES, bytes.limit() - ENTRIES);
    return (int) crc.getValue();
  }
}

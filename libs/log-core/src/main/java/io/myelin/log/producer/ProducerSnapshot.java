package io.myelin.log.producer;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The bytes of a producer snapshot, version 1 (Kafka's ProducerSnapshot.json). Big-endian.
 *
 * <p>A producer has an entry for each of its last batches, the newest last: what it repeats after a
 * restart is still known. Kafka writes the newest only, and takes the last entry of a producer.
 *
 * <pre>
 * offset size field
 *      0    2 version (1)
 *      2    4 CRC-32C of everything behind it
 *      6    4 number of entries; each:
 *      0    8 producer id
 *      8    2 producer epoch
 *     10    4 last sequence of the batch, -1 if none
 *     14    8 last offset of the batch, -1 if none
 *     22    4 last offset minus first offset of the batch
 *     26    8 timestamp of the batch, milliseconds
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
    int entries = producers.stream().mapToInt(each -> Math.max(1, each.batches())).sum();
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + entries * ENTRY_BYTES);
    out.putShort(VERSION).putInt(0).putInt(entries);
    for (ProducerEntry producer : producers) {
      for (int age = producer.batches() - 1; age > 0; age--) {
        int slot = producer.slot(age);
        put(out, producer, slot, producer.timestampOf(slot));
      }
      put(out, producer, producer.slot(0), producer.lastTimestamp);
    }
    out.putInt(CRC, checksum(out));
    return out.flip();
  }

  private static void put(ByteBuffer out, ProducerEntry producer, int slot, long timestamp) {
    boolean none = producer.batches() == 0;
    out.putLong(producer.producerId).putShort(producer.epoch);
    out.putInt(none ? -1 : producer.lastSequenceOf(slot));
    out.putLong(none ? -1 : producer.lastOffsetOf(slot));
    out.putInt(none ? 0 : producer.deltaOf(slot)).putLong(timestamp);
    out.putInt(producer.coordinatorEpoch).putLong(producer.transactionStart);
  }

  /** The entries, or null if the bytes are no valid snapshot. */
  static Collection<ProducerEntry> decode(ByteBuffer in) {
    if (in.limit() < HEADER_BYTES
        || in.getShort(0) != VERSION
        || (in.limit() - HEADER_BYTES) % ENTRY_BYTES != 0
        || in.getInt(ENTRIES) != (in.limit() - HEADER_BYTES) / ENTRY_BYTES
        || in.getInt(CRC) != checksum(in)) {
      return null;
    }
    Map<Long, ProducerEntry> producers = new LinkedHashMap<>();
    for (int at = HEADER_BYTES; at < in.limit(); at += ENTRY_BYTES) {
      ProducerEntry producer = producers.computeIfAbsent(in.getLong(at), ProducerEntry::new);
      producer.setEpoch(in.getShort(at + 8));
      if (in.getLong(at + 14) >= 0) {
        producer.addBatch(
            in.getInt(at + 10), in.getLong(at + 14), in.getInt(at + 22), in.getLong(at + 26));
      }
      producer.lastTimestamp = in.getLong(at + 26);
      producer.coordinatorEpoch = in.getInt(at + 34);
      producer.transactionStart = in.getLong(at + 38);
    }
    return producers.values();
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), ENTRIES, bytes.limit() - ENTRIES);
    return (int) crc.getValue();
  }
}

package io.myelin.simulation.cluster;

import io.myelin.log.record.BatchLayout;
import io.myelin.simulation.BatchSender;
import io.myelin.simulation.Values;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/**
 * What is committed of one partition, for ever: every batch that has been below the high watermark
 * of any replica, and every record that a client was told of. Nothing in it may change, and nothing
 * may be missing from a replica that shows more.
 */
final class PartitionLedger {
  private record Batch(long lastOffset, long crc, int epoch) {}

  private final String topic;
  private final int id;
  private final Consumer<String> violations;
  private final TreeMap<Long, Batch> batches = new TreeMap<>();
  private final List<String> names = new ArrayList<>();
  private final Set<String> attempted = new HashSet<>();
  private final Map<String, Integer> lastOf = new HashMap<>();

  PartitionLedger(String topic, int id, Consumer<String> violations) {
    this.topic = topic;
    this.id = id;
    this.violations = violations;
  }

  String topic() {
    return topic;
  }

  int id() {
    return id;
  }

  /** A name that may be written from now on. */
  void attempt(String name) {
    attempted.add(name);
  }

  /** The end of what is committed. */
  long end() {
    return names.size();
  }

  /**
   * A replica shows these batches to be below its high watermark.
   *
   * @param whose for the message
   * @param to its high watermark
   * @return where the last whole batch below it ends
   */
  long shown(String whose, ByteBuffer bytes, long from, long to) {
    long next = from;
    for (int at = 0; at + BatchLayout.HEADER_BYTES <= bytes.limit(); ) {
      int size = BatchLayout.sizeInBytes(bytes, at);
      long last = BatchLayout.lastOffset(bytes, at);
      if (at + size > bytes.limit() || last >= to) {
        break;
      }
      if (last >= from) {
        shown(whose, bytes.slice(at, size), last);
        next = last + 1;
      }
      at += size;
    }
    return next;
  }

  private void shown(String whose, ByteBuffer batch, long last) {
    long base = batch.getLong(BatchLayout.BASE_OFFSET);
    Batch now =
        new Batch(
            last,
            batch.getInt(BatchLayout.CRC) & 0xffffffffL,
            batch.getInt(BatchLayout.LEADER_EPOCH));
    Batch before = batches.get(base);
    if (before == null && base == end()) {
      batches.put(base, now);
      commit(batch, base);
    } else if (!now.equals(before)) {
      violations.accept(
          "%s: %s has %s at %d below its high watermark, committed was %s of %d records"
              .formatted(this, whose, now, base, before, end()));
    }
  }

  private void commit(ByteBuffer batch, long base) {
    long next = base;
    for (Record record : MemoryRecords.readableRecords(batch).records()) {
      String name = isInternal() ? "" : Values.nameOf(record.value());
      if (record.offset() != next++) {
        violations.accept(this + ": a gap before " + record.offset());
      }
      if (!isInternal()) {
        check(name, record.offset());
      }
      names.add(name);
    }
  }

  private boolean isInternal() {
    return topic.startsWith("__");
  }

  private void check(String name, long offset) {
    if (name == null || !attempted.contains(name)) {
      violations.accept(this + " has " + name + " at " + offset + ", which nobody wrote");
      return;
    }
    if (name.startsWith(BatchSender.IDEMPOTENT)) {
      int dash = name.indexOf('-');
      int number = Integer.parseInt(name.substring(dash + 1));
      Integer before = lastOf.put(name.substring(0, dash), number);
      if (number != (before == null ? 0 : before + 1)) {
        violations.accept(
            "%s: %s at %d comes after number %d of its producer"
                .formatted(this, name, offset, before));
      }
    }
  }

  /**
   * A client was told that the record is there.
   *
   * @param how for the message
   */
  void told(String how, long offset, String name) {
    String committed = offset < end() ? names.get((int) offset) : null;
    if (!name.equals(committed)) {
      violations.accept(
          "%s: %s %s at %d, where %s is committed, of %d records"
              .formatted(this, how, name, offset, committed, end()));
    }
  }

  @Override
  public String toString() {
    return topic + "-" + id;
  }
}

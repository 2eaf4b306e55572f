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
 *
 * <p>The one exception: where all brokers have lost their power, and the topic does not flush
 * before it acknowledges, its end may be gone; see {@link #ledAfterPowerCut}.
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

  /** By idempotent producer: the last number that was lost, until it is heard of again. */
  private final Map<String, Integer> lostOf = new HashMap<>();

  /**
   * Idempotent producers that had several batches on their way when everything of theirs was lost,
   * and of which a later one came first: a partition that knows nothing of a producer takes any
   * number, as Kafka's does. What else was on its way may then stand behind it, or nowhere.
   */
  private final Set<String> outOfStep = new HashSet<>();

  /** Where the end was cut off, each time. */
  private final List<Long> losses = new ArrayList<>();

  private boolean flushes;
  private boolean mayLose;

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

  /** The topic acknowledges only what all in sync have on stable storage: nothing is ever lost. */
  void flushesFirst() {
    flushes = true;
  }

  /** All brokers have lost their power. */
  void lostPower() {
    mayLose = !flushes;
  }

  /** All replicas are in sync: whatever is committed, each of them has. */
  void isEverywhere() {
    mayLose = false;
  }

  /**
   * With nobody left who is sure to have everything, one of the last known replicas leads: what it
   * has is the partition from now on.
   *
   * @param logEnd of the one that leads
   * @param most that any of those that might have led has
   * @return whether anything was lost
   */
  boolean ledAfterPowerCut(long logEnd, long most) {
    if (logEnd < Math.min(most, end())) {
      violations.accept(
          "%s: the replica that leads after a power cut ends at %d, another one has %d of %d"
              .formatted(this, logEnd, most, end()));
    }
    if (logEnd >= end()) {
      return false;
    }
    if (!mayLose) {
      violations.accept("%s: %d of %d committed are left".formatted(this, logEnd, end()));
    }
    cut(logEnd);
    return true;
  }

  private void cut(long end) {
    batches.tailMap(end).clear();
    if (!batches.isEmpty() && batches.lastEntry().getValue().lastOffset() >= end) {
      violations.accept(this + ": a batch is cut at " + end);
    }
    names.subList((int) end, names.size()).clear();
    lastOf.forEach((producer, last) -> lostOf.merge(producer, last, Math::max));
    lastOf.clear();
    names.stream()
        .filter(name -> name.startsWith(BatchSender.IDEMPOTENT))
        .forEach(name -> lastOf.put(producerOf(name), numberOf(name)));
    lostOf.entrySet().removeIf(lost -> lost.getValue().equals(lastOf.get(lost.getKey())));
    losses.add(end);
  }

  /** How often its end was cut off. */
  int losses() {
    return losses.size();
  }

  /** Whether something before {@code offset} was lost since there were {@code before} losses. */
  boolean hasLostBefore(long offset, int before) {
    return losses.subList(before, losses.size()).stream().anyMatch(cut -> cut < offset);
  }

  /** Whether records of this idempotent producer were lost, and none of it came after them. */
  boolean hasLostOf(String producer) {
    return lostOf.containsKey(producer) || outOfStep.contains(producer);
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
      int number = numberOf(name);
      Integer before = lastOf.put(producerOf(name), number);
      int next = before == null ? 0 : before + 1;
      Integer lost = lostOf.remove(producerOf(name));
      if (before == null && !losses.isEmpty() && number > (lost == null ? 0 : lost + 1)) {
        outOfStep.add(producerOf(name));
      }
      // What was lost and never acknowledged it sends again.
      boolean leavesOut = number > (lost == null ? next : lost + 1);
      if (!outOfStep.contains(producerOf(name)) && (number < next || leavesOut)) {
        violations.accept(
            "%s: %s at %d comes after number %d of its producer"
                .formatted(this, name, offset, before));
      }
    }
  }

  private static String producerOf(String name) {
    return name.substring(0, name.indexOf('-'));
  }

  private static int numberOf(String name) {
    return Integer.parseInt(name.substring(name.indexOf('-') + 1));
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

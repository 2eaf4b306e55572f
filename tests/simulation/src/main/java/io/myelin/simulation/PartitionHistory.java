package io.myelin.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients know of one partition: everything acknowledged to a producer or shown to a consumer.
 * From then on it must be there, at its offset, unchanged.
 */
final class PartitionHistory {
  /** A record as a client saw it. */
  record Seen(long offset, String name) {}

  private final World world;
  private final String topic;
  private final int id;
  private final boolean durable;
  private final Set<String> attempted = new HashSet<>();
  private final TreeMap<Long, String> known = new TreeMap<>();
  private boolean mayHaveLostTail;
  private int losses;
  private long deletedTo;

  /**
   * @param durable flush.messages=1
   */
  PartitionHistory(World world, String topic, int id, boolean durable) {
    this.world = world;
    this.topic = topic;
    this.id = id;
    this.durable = durable;
  }

  String topic() {
    return topic;
  }

  int id() {
    return id;
  }

  /** How often this partition has lost its unflushed end. */
  int losses() {
    return losses;
  }

  /** Records from here on have to be there. */
  long deletedTo() {
    return deletedTo;
  }

  /** The end of what is known. */
  long knownEnd() {
    return known.isEmpty() ? deletedTo : Math.max(deletedTo, known.lastKey() + 1);
  }

  void attempt(String name) {
    attempted.add(name);
  }

  void acknowledged(long baseOffset, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      know(baseOffset + i, names.get(i), "acknowledged");
    }
    world.coverage().acknowledgedBatches++;
  }

  /** A consumer has got it. */
  void seen(long offset, String name) {
    if (name == null || !attempted.contains(name)) {
      world.violation(this + " served " + name + " at " + offset + ", which nobody wrote");
    }
    know(offset, name, "served");
    world.coverage().recordsRead++;
  }

  private void know(long offset, String name, String how) {
    String before = known.put(offset, name);
    if (before != null && !before.equals(name)) {
      world.violation(
          "%s: offset %d was %s, and now %s is %s there"
              .formatted(this, offset, before, name, how));
    }
  }

  /** An unflushed end may be gone now; the next audit tells. */
  void powerLost() {
    mayHaveLostTail |= !durable;
  }

  boolean mayHaveLostTail() {
    return mayHaveLostTail;
  }

  /** Records below {@code offset} may be gone from now on: somebody asked for it. */
  void deletionAsked(long offset) {
    deletedTo = Math.max(deletedTo, offset);
  }

  /**
   * All of the partition has been read.
   *
   * @param knownEndBefore {@link #knownEnd} before the reading began
   */
  void audited(long start, long end, List<Seen> records, long knownEndBefore) {
    if (start > deletedTo) {
      world.violation(this + ": the log begins at " + start + ", nobody asked for that");
    }
    checkContiguous(start, end, records);
    if (end < knownEndBefore) {
      if (!mayHaveLostTail) {
        world.violation(
            "%s ends at %d, but %d is known: %s"
                .formatted(this, end, knownEndBefore, known.tailMap(end)));
      }
      world.coverage().lostVolatileRecords += known.tailMap(end).size();
      known.tailMap(end).clear();
      deletedTo = Math.min(deletedTo, end);
      losses++;
    } else if (mayHaveLostTail) {
      losses++; // of what was not acknowledged: producers' numbers may have gaps all the same
    }
    mayHaveLostTail = false;
    Map<String, Integer> lastOf = new HashMap<>();
    for (Seen record : records) {
      seen(record.offset, record.name);
      checkOrder(record, lastOf);
    }
    world.coverage().audits++;
  }

  private void checkContiguous(long start, long end, List<Seen> records) {
    long next = start;
    for (Seen record : records) {
      if (record.offset != next) {
        world.violation(this + ": expected offset " + next + ", got " + record.offset);
      }
      next++;
    }
    if (next < end) {
      world.violation(this + ": records end at " + next + " of " + end);
    }
  }

  /** Exactly once, and in order: per idempotent producer. */
  private void checkOrder(Seen record, Map<String, Integer> lastOf) {
    if (record.name.startsWith(BatchSender.IDEMPOTENT)) {
      int dash = record.name.indexOf('-');
      int number = Integer.parseInt(record.name.substring(dash + 1));
      Integer before = lastOf.put(record.name.substring(0, dash), number);
      if (before != null && before >= number) {
        world.violation(
            "%s: %s at %d comes after number %d of its producer"
                .formatted(this, record.name, record.offset, before));
      }
    }
  }

  @Override
  public String toString() {
    return topic + "-" + id + (durable ? " (durable)" : "");
  }
}

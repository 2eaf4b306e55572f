package io.myelin.system.history;

import static io.myelin.system.history.Finding.Kind.DUPLICATED;
import static io.myelin.system.history.Finding.Kind.LOST;
import static io.myelin.system.history.Finding.Kind.OFFSET_CHANGED;
import static io.myelin.system.history.Finding.Kind.REORDERED;
import static io.myelin.system.history.Finding.Kind.UNWRITTEN;

import java.util.HashMap;
import java.util.Map;

/** One partition's log, as all of its readers together have seen it. Not thread-safe. */
final class PartitionLog {
  private static final long NONE = -2; // RecordId.FOREIGN is another thing

  private final int partition;
  private final Writes writes;
  private final Findings findings;
  private final LongTable recordAt = new LongTable(NONE);
  private final EndOverTime servedEnds = new EndOverTime();
  private long auditStartUs;
  private long auditEnd = -1;
  private long repeated;

  PartitionLog(int partition, Writes writes, Findings findings) {
    this.partition = partition;
    this.writes = writes;
    this.findings = findings;
  }

  /** Somebody got these records. */
  void served(long atUs, long baseOffset, long[] records) {
    for (int i = 0; i < records.length; i++) {
      long offset = baseOffset + i;
      String objection = writes.objection(records[i], partition, atUs);
      if (objection != null) {
        findings.add(
            UNWRITTEN,
            "partition %d served %s at offset %d: %s",
            partition,
            RecordId.text(records[i]),
            offset,
            objection);
        continue;
      }
      long before = recordAt.get(offset);
      if (before != NONE && before != records[i]) {
        findings.add(
            OFFSET_CHANGED,
            "partition %d: offset %d was %s, and was read as %s later",
            partition,
            offset,
            RecordId.text(before),
            RecordId.text(records[i]));
      }
      recordAt.set(offset, records[i]);
    }
    long end = baseOffset + records.length;
    if (end > servedEnds.last()) {
      servedEnds.add(atUs, end);
    }
  }

  /** How far anybody had read by then. */
  long servedBefore(long timeUs) {
    return servedEnds.before(timeUs);
  }

  /** All of it was read, to {@code end}, by a read that began when no producer was left. */
  void audited(long startUs, long end) {
    auditStartUs = startUs;
    auditEnd = end;
  }

  boolean isAudited() {
    return auditEnd >= 0;
  }

  /** The log's end as the last audit found it. */
  long auditEnd() {
    return auditEnd;
  }

  boolean has(long record, long offset) {
    return recordAt.get(offset) == record;
  }

  /** Records that are there twice, as a producer may write them that has given up. */
  long repeated() {
    return repeated;
  }

  /** Goes through the log as it is in the end, and notes where each record is. */
  void finish() {
    Map<Integer, Long> lastOf = new HashMap<>();
    for (long offset = 0; offset < recordAt.size(); offset++) {
      long record = recordAt.get(offset);
      if (record == NONE) {
        continue;
      }
      if (writes.strength(record) == Strength.EXACTLY_ONCE) {
        checkOnceAndInOrder(record, offset, lastOf);
      }
      if (writes.place(record) < 0) {
        writes.place(record, offset);
      }
      if (isAudited() && offset >= auditEnd && offset < servedBefore(auditStartUs)) {
        checkGone(record, offset);
      }
    }
  }

  private void checkOnceAndInOrder(long record, long offset, Map<Integer, Long> lastOf) {
    if (writes.place(record) >= 0) {
      if (writes.mayBeThereTwice(record)) {
        repeated++;
        return;
      }
      findings.add(
          DUPLICATED,
          "partition %d has %s at offset %d and again at %d",
          partition,
          RecordId.text(record),
          writes.place(record),
          offset);
      return;
    }
    Long before = lastOf.put(RecordId.producer(record), record);
    if (before != null && before > record) {
      findings.add(
          REORDERED,
          "partition %d has %s at offset %d, behind %s",
          partition,
          RecordId.text(record),
          offset,
          RecordId.text(before));
    }
  }

  /** What was acknowledged as well is reported for that. */
  private void checkGone(long record, long offset) {
    if (!writes.isPromised(record)) {
      findings.add(
          LOST,
          "partition %d: %s was served at offset %d, and in the end the log stops at %d",
          partition,
          RecordId.text(record),
          offset,
          auditEnd);
    }
  }
}

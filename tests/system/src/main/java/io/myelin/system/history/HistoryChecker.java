package io.myelin.system.history;

import static io.myelin.system.history.Finding.Kind.INCOMPLETE;
import static io.myelin.system.history.Finding.Kind.LOST;
import static io.myelin.system.history.Finding.Kind.OFFSET_CHANGED;

import io.myelin.system.history.Event.GroupCommitted;
import io.myelin.system.history.Event.GroupProcessed;
import io.myelin.system.history.Event.GroupResumed;
import io.myelin.system.history.Event.Produced;
import io.myelin.system.history.Event.ProducerStarted;
import io.myelin.system.history.Event.ReadStarted;
import io.myelin.system.history.Event.RecordsRead;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds broken promises in a history. Pure: the same history gives the same report. What it reports
 * was broken for certain; where a history leaves room for doubt (a write without an answer), both
 * ways are right.
 *
 * <p>Expects topics from which nothing is deleted, without transactions and compaction: offsets
 * follow one another without holes, from 0.
 *
 * <p>Goes through the history twice: writes first, since an event that tells of a write may stand
 * behind one that tells of reading it. Some 55 bytes of memory a record. Not thread-safe.
 */
public final class HistoryChecker {
  private final Promises promises;
  private final Findings findings = new Findings();
  private final Writes writes = new Writes();
  private final Map<Integer, PartitionLog> logs = new TreeMap<>();
  private final Map<Long, ReaderView> views = new TreeMap<>();
  private final Map<Integer, GroupWork> groupWork = new TreeMap<>();
  private long read;
  private long reads;
  private long acknowledged;
  private long leaderOnly;
  private long leaderOnlyLost;

  private HistoryChecker(Promises promises) {
    this.promises = promises;
  }

  public static Report check(History history, Promises promises) {
    HistoryChecker checker = new HistoryChecker(promises);
    history.forEach(checker::takeWrite);
    history.forEach(checker::takeRead);
    return checker.finish();
  }

  private void takeWrite(Event event) {
    switch (event) {
      case ProducerStarted e -> writes.add(e);
      case Produced e -> {
        writes.add(e);
        log(e.partition());
      }
      case ReadStarted _, RecordsRead _, GroupResumed _, GroupProcessed _, GroupCommitted _ -> {}
    }
  }

  private void takeRead(Event event) {
    switch (event) {
      case ReadStarted e -> {
        reads++;
        view(e.consumer(), e.partition()).started(e);
      }
      case RecordsRead e -> {
        read += e.records().length;
        log(e.partition()).served(e.atUs(), e.baseOffset(), e.records());
        view(e.consumer(), e.partition()).read(e);
      }
      case GroupResumed e -> group(e.partition()).resumed(e);
      case GroupProcessed e -> {
        read += e.records().length;
        log(e.partition()).served(e.atUs(), e.baseOffset(), e.records());
        group(e.partition()).processed(e);
      }
      case GroupCommitted e -> group(e.partition()).committed(e);
      case ProducerStarted _, Produced _ -> {}
    }
  }

  private PartitionLog log(int partition) {
    return logs.computeIfAbsent(partition, id -> new PartitionLog(id, writes, findings));
  }

  private ReaderView view(int consumer, int partition) {
    return views.computeIfAbsent(
        (long) consumer << 32 | partition,
        key -> new ReaderView(log(partition), writes, promises, findings));
  }

  private GroupWork group(int partition) {
    return groupWork.computeIfAbsent(partition, id -> new GroupWork(id, findings));
  }

  private Report finish() {
    logs.values().forEach(PartitionLog::finish);
    writes.forEachAcknowledged(this::checkAcknowledged);
    logs.forEach(this::checkAudited);
    if (!groupWork.isEmpty()) {
      logs.forEach((partition, log) -> group(partition).finish(log.auditEnd()));
    }
    return new Report(findings.counts(), findings.first(), totals());
  }

  private void checkAcknowledged(
      long record, Strength strength, int partition, long offset, long place) {
    PartitionLog log = log(partition);
    boolean gone = place < 0 || place >= log.auditEnd();
    if (strength == Strength.LEADER_ONLY) {
      leaderOnly++;
      leaderOnlyLost += gone && log.isAudited() ? 1 : 0;
      return;
    }
    acknowledged++;
    if (!log.isAudited()) {
      return;
    }
    if (gone) {
      findings.add(
          LOST,
          "partition %d: %s was acknowledged at offset %d, and is gone in the end",
          partition,
          RecordId.text(record),
          offset);
    } else if (place != offset && !(log.has(record, offset) && writes.mayBeThereTwice(record))) {
      findings.add(
          OFFSET_CHANGED,
          "partition %d: %s was acknowledged at offset %d, and read at %d",
          partition,
          RecordId.text(record),
          offset,
          place);
    }
  }

  private void checkAudited(int partition, PartitionLog log) {
    if (!log.isAudited()) {
      findings.add(
          INCOMPLETE,
          "partition %d was not read from its beginning to its end after its last write, so nobody"
              + " knows what is there",
          partition);
    }
  }

  private Report.Totals totals() {
    return new Report.Totals(
        acknowledged,
        writes.unknown(),
        writes.failed(),
        logs.values().stream().mapToLong(PartitionLog::repeated).sum(),
        leaderOnly,
        leaderOnlyLost,
        read,
        reads,
        groupWork.values().stream().mapToLong(GroupWork::resumptions).sum(),
        groupWork.values().stream().mapToLong(GroupWork::commits).sum());
  }
}

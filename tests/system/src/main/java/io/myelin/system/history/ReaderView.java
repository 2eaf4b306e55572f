package io.myelin.system.history;

import static io.myelin.system.history.Finding.Kind.GAP;
import static io.myelin.system.history.Finding.Kind.STALE;

import io.myelin.system.history.Event.ReadStarted;
import io.myelin.system.history.Event.RecordsRead;

/** What one consumer knows of one partition. Not thread-safe. */
final class ReaderView {
  private final PartitionLog log;
  private final Writes writes;
  private final Promises promises;
  private final Findings findings;
  private long knownEnd;
  private long nextOffset;
  private ReadStarted read;

  ReaderView(PartitionLog log, Writes writes, Promises promises, Findings findings) {
    this.log = log;
    this.writes = writes;
    this.promises = promises;
    this.findings = findings;
  }

  void started(ReadStarted event) {
    if (event.endOffset() < knownEnd) {
      findings.add(
          STALE,
          "consumer %d was told that partition %d ends at %d, %.3f s into the run; it had seen %d",
          event.consumer(),
          event.partition(),
          event.endOffset(),
          event.endUs() / 1e6,
          knownEnd);
    } else if (promises.freshReads()) {
      checkFresh(event);
    }
    read = event;
    nextOffset = event.fromOffset();
    knownEnd = Math.max(knownEnd, event.endOffset());
    noteAudit();
  }

  private void checkFresh(ReadStarted event) {
    long acknowledged = writes.acknowledgedEnds(event.partition()).before(event.startUs());
    long known = Math.max(acknowledged, log.servedBefore(event.startUs()));
    if (event.endOffset() < known) {
      findings.add(
          STALE,
          "consumer %d was told that partition %d ends at %d, %.3f s into the run; before it"
              + " asked, %d was acknowledged or read",
          event.consumer(),
          event.partition(),
          event.endOffset(),
          event.endUs() / 1e6,
          known);
    }
  }

  void read(RecordsRead event) {
    if (read == null) {
      throw new IllegalArgumentException("consumer " + event.consumer() + " began with no read");
    }
    if (event.baseOffset() != nextOffset) {
      findings.add(
          GAP,
          "consumer %d got offset %d of partition %d where %d was next",
          event.consumer(),
          event.baseOffset(),
          event.partition(),
          nextOffset);
    }
    nextOffset = event.baseOffset() + event.records().length;
    knownEnd = Math.max(knownEnd, nextOffset);
    noteAudit();
  }

  private void noteAudit() {
    if (read.fromOffset() == 0
        && nextOffset >= read.endOffset()
        && read.startUs() > writes.lastEndUs(read.partition())) {
      log.audited(read.startUs(), nextOffset);
    }
  }
}

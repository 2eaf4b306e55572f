package io.myelin.system.history;

import static io.myelin.system.history.Finding.Kind.GROUP_MISSED;
import static io.myelin.system.history.Finding.Kind.GROUP_REPEATED;

import io.myelin.system.history.Event.GroupCommitted;
import io.myelin.system.history.Event.GroupProcessed;
import io.myelin.system.history.Event.GroupResumed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the consumer group did with one partition: the committed offset is a register, written by
 * commits and read by members that take the partition over. Not thread-safe.
 */
final class GroupWork {
  private final int partition;
  private final Findings findings;
  private final List<GroupCommitted> commits = new ArrayList<>();
  private final List<GroupResumed> resumptions = new ArrayList<>();
  private final Map<Integer, Long> nextOfMember = new HashMap<>();
  private final BitSet processed = new BitSet();

  GroupWork(int partition, Findings findings) {
    this.partition = partition;
    this.findings = findings;
  }

  void resumed(GroupResumed event) {
    resumptions.add(event);
    nextOfMember.put(event.member(), event.offset());
  }

  void committed(GroupCommitted event) {
    commits.add(event);
  }

  void processed(GroupProcessed event) {
    Long next = nextOfMember.get(event.member());
    if (next == null) {
      throw new IllegalArgumentException("member " + event.member() + " never got " + partition);
    }
    long end = event.baseOffset() + event.records().length;
    if (event.baseOffset() != next) {
      findings.add(
          event.baseOffset() > next ? GROUP_MISSED : GROUP_REPEATED,
          "member %d went from offset %d of partition %d to %d",
          event.member(),
          next,
          partition,
          event.baseOffset());
    }
    nextOfMember.put(event.member(), end);
    processed.set(Math.toIntExact(event.baseOffset()), Math.toIntExact(end));
  }

  /**
   * @param logEnd what the group should have processed
   */
  void finish(long logEnd) {
    resumptions.forEach(this::checkResumption);
    int missed = processed.nextClearBit(0);
    if (missed < logEnd) {
      findings.add(
          GROUP_MISSED,
          "no member of the group processed offset %d of partition %d, which ends at %d",
          missed,
          partition,
          logEnd);
    }
  }

  /**
   * A member may be told any offset that somebody tried to commit before it was told, except those
   * that were overwritten for certain: another commit began after they had ended, and was
   * acknowledged before the member asked. A commit without an acknowledgement has no end.
   */
  private void checkResumption(GroupResumed resumed) {
    long overwrittenUs = Long.MIN_VALUE;
    long committed = 0;
    for (GroupCommitted commit : commits) {
      if (isDoneBefore(commit, resumed) && commit.startUs() > overwrittenUs) {
        overwrittenUs = commit.startUs();
        committed = commit.offset();
      }
    }
    boolean allowed = resumed.offset() == 0 && overwrittenUs == Long.MIN_VALUE;
    for (GroupCommitted commit : commits) {
      allowed |=
          commit.offset() == resumed.offset()
              && commit.startUs() <= resumed.endUs()
              && (!commit.acknowledged() || commit.endUs() >= overwrittenUs);
    }
    if (!allowed) {
      findings.add(
          resumed.offset() < committed ? GROUP_REPEATED : GROUP_MISSED,
          "member %d took partition %d over at offset %d, %.3f s into the run; committed was %d",
          resumed.member(),
          partition,
          resumed.offset(),
          resumed.endUs() / 1e6,
          committed);
    }
  }

  private static boolean isDoneBefore(GroupCommitted commit, GroupResumed resumed) {
    return commit.acknowledged() && commit.endUs() < resumed.startUs();
  }

  long commits() {
    return commits.stream().filter(GroupCommitted::acknowledged).count();
  }

  long resumptions() {
    return resumptions.size();
  }
}

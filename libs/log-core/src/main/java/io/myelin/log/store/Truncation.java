package io.myelin.log.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Shortens a log at its end, or empties it. Shard-confined. */
final class Truncation {
  private Truncation() {}

  static void truncateTo(StoredLog log, long offset) throws IOException {
    View.Parts parts = log.parts;
    if (offset >= parts.logEndOffset) {
      return;
    }
    if (offset < parts.segments[0].baseOffset) {
      startAt(log, offset);
      return;
    }
    log.flusher.shrinkTo(
        offset,
        () -> {
          cut(log, offset);
          log.publish(); // before a flush takes the view for what there is
        });
  }

  private static void cut(StoredLog log, long offset) throws IOException {
    View.Parts parts = log.parts;
    int keep = parts.segments.length;
    while (keep > 1 && parts.segments[keep - 1].baseOffset >= offset) {
      keep--;
    }
    List<Segment> dropped = List.of(parts.segments).subList(keep, parts.segments.length);
    log.active().unpin();
    // From the end, so that a crash in between leaves no gap.
    for (Segment segment : dropped.reversed()) {
      segment.markDeleted();
    }
    Deletion.later(log, dropped);
    Segment active = parts.segments[keep - 1];
    parts.segments = Arrays.copyOf(parts.segments, keep);
    TreeSet<Long> snapshots = Snapshots.list(log.folder);
    if (Snapshots.deleteBehind(log.folder, active.baseOffset, snapshots) || !dropped.isEmpty()) {
      // Whoever finds one at the recovery point takes the segment for sealed.
      log.folder.syncEntries();
    }
    active.truncateTo(offset);
    long inactive = 0;
    for (int i = 0; i < keep - 1; i++) {
      inactive += parts.segments[i].size;
    }
    parts.inactiveBytes = inactive;
    parts.recent.clear();
    parts.epochs = parts.epochs.truncatedFromEnd(offset);
    parts.logEndOffset = offset;
    parts.logStartOffset = Math.min(parts.logStartOffset, offset);
    parts.highWatermark = Math.min(parts.highWatermark, offset);
    parts.highWatermarkPosition = log.positionOf(parts.highWatermark);
    reloadProducers(log, offset, snapshots);
  }

  private static void reloadProducers(StoredLog log, long offset, TreeSet<Long> snapshots)
      throws IOException {
    long from =
        Snapshots.loadNewest(
            log.folder, snapshots, log.parts.logStartOffset, offset, log.producers);
    for (Segment segment : log.parts.segments) {
      Snapshots.replay(segment, segment.size, from, offset, log.producers);
    }
  }

  static void startAt(StoredLog log, long offset) throws IOException {
    // 0: for a moment there is no segment, and a power loss must not make that look like damage.
    log.flusher.shrinkTo(
        0,
        () -> {
          restart(log, offset);
          log.publish();
        });
  }

  private static void restart(StoredLog log, long offset) throws IOException {
    View.Parts parts = log.parts;
    List<Segment> dropped = new ArrayList<>(List.of(parts.segments));
    log.active().unpin();
    for (Segment segment : dropped.reversed()) {
      segment.markDeleted();
    }
    Deletion.later(log, dropped);
    for (long snapshot : Snapshots.list(log.folder)) {
      log.folder.disk().deleteIfExists(log.folder.file(snapshot, FileNames.SNAPSHOT));
    }
    parts.segments =
        new Segment[] {
          Segment.create(log.folder, offset, log.rollJitterMs(), log.config().preallocatedBytes())
        };
    log.folder.syncEntries();
    parts.inactiveBytes = 0;
    parts.recent.clear();
    parts.epochs = io.myelin.log.epoch.LeaderEpochs.NONE;
    parts.logStartOffset = offset;
    parts.logEndOffset = offset;
    parts.highWatermark = offset;
    parts.highWatermarkPosition = 0;
    log.producers.clear();
  }
}

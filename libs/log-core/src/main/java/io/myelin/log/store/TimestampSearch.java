package io.myelin.log.store;

import io.myelin.log.LogView.TimestampedOffset;
import io.myelin.log.record.RecordCursor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Finds records by their timestamps: time index first, then batches, then records. May block. */
final class TimestampSearch {
  private TimestampSearch() {}

  /** First record at or behind the log start with at least {@code timestampMs}, or null. */
  static TimestampedOffset first(View view, long timestampMs) throws IOException {
    for (int i = Math.max(0, view.floor(view.logStartOffset())); i < view.segments.length; i++) {
      Segment segment = view.segments[i];
      if (segment.maxTimestamp() < timestampMs || segment.deleted) {
        continue;
      }
      long from = Math.max(segment.lastOffsetBefore(timestampMs), view.logStartOffset());
      TimestampedOffset found = scan(view, i, from, timestampMs);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The first record with the largest timestamp, or null. */
  static TimestampedOffset latest(View view) throws IOException {
    int latest = -1;
    for (int i = view.segments.length - 1; i >= 0; i--) {
      if (view.sizeOf(i) > 0
          && (latest < 0
              || view.segments[i].maxTimestamp() >= view.segments[latest].maxTimestamp())) {
        latest = i;
      }
    }
    if (latest < 0 || view.segments[latest].maxTimestamp() < 0) {
      return null;
    }
    Segment segment = view.segments[latest];
    long from = Math.max(segment.maxTimestampOffset(), view.logStartOffset());
    return scan(view, latest, from, segment.maxTimestamp());
  }

  /**
   * First record of a segment with at least {@code timestampMs}, in the batches from the one that
   * contains {@code from} on, and not below the log start.
   */
  private static TimestampedOffset scan(View view, int index, long from, long timestampMs)
      throws IOException {
    Segment segment = view.segments[index];
    OpenFile file;
    try {
      file = segment.log.acquire();
    } catch (NoSuchFileException e) {
      if (segment.deleted) {
        return null;
      }
      throw e;
    }
    try {
      int end = view.sizeOf(index);
      Segment.Found start = segment.find(file, from, end);
      if (start == null) {
        return null;
      }
      HeaderScan scan = new HeaderScan(file.file, start.position(), end, segment.baseOffset);
      while (scan.next()) {
        TimestampedOffset found =
            scan.maxTimestamp() < timestampMs ? null : inBatch(view, scan, timestampMs);
        if (found != null) {
          return found;
        }
      }
      return null;
    } finally {
      file.release();
    }
  }

  private static TimestampedOffset inBatch(View view, HeaderScan scan, long timestampMs)
      throws IOException {
    if (!scan.loadBatch()) {
      return null;
    }
    try (RecordCursor records = RecordCursor.of(scan.buffer(), scan.at())) {
      while (records.next()) {
        if (records.timestampMs() >= timestampMs && records.offset() >= view.logStartOffset()) {
          return new TimestampedOffset(
              records.offset(), records.timestampMs(), view.epochFor(records.offset()));
        }
      }
    }
    return null;
  }
}

package io.myelin.log.clean;

import io.myelin.log.LogConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pass over a log would clean, and whether it is worth it. Immutable.
 *
 * @param firstDirtyOffset everything below was cleaned before
 * @param endOffset base offset of the first segment that must not be cleaned yet, exclusive end of
 *     the pass
 * @param cleanBytes size of the segments below {@code firstDirtyOffset}
 * @param dirtyBytes size of the segments from there to {@code endOffset}
 * @param overdue something dirty is older than max.compaction.lag.ms
 * @param checkpointInvalid the offset of the last pass lay outside the log and was not used
 */
public record CleanerPlan(
    long firstDirtyOffset,
    long endOffset,
    long cleanBytes,
    long dirtyBytes,
    boolean overdue,
    boolean checkpointInvalid) {

  /**
   * @param largestTimestampMs of its records, -1 if unknown
   * @param firstTimestampMs of its first batch, -1 if unknown or empty
   * @param offsetIndexBytes size of its .index
   * @param timeIndexBytes size of its .timeindex
   */
  public record Segment(
      long baseOffset,
      long sizeInBytes,
      long largestTimestampMs,
      long firstTimestampMs,
      int offsetIndexBytes,
      int timeIndexBytes) {}

  /**
   * @param segments all of them in order, the active one last
   * @param cleanedTo where the last pass ended (cleaner-offset-checkpoint), null for none
   * @param lastStableOffset never above the high watermark
   */
  public static CleanerPlan of(
      List<Segment> segments,
      Long cleanedTo,
      long logStartOffset,
      long lastStableOffset,
      long logEndOffset,
      LogConfig config,
      long nowMs) {
    boolean invalid = cleanedTo != null && (cleanedTo < logStartOffset || cleanedTo > logEndOffset);
    long firstDirty = cleanedTo == null || invalid ? logStartOffset : cleanedTo;
    List<Segment> dirty =
        segments.subList(firstAtOrHolding(segments, firstDirty), segments.size() - 1);
    long bound = Math.min(lastStableOffset, segments.getLast().baseOffset());
    if (config.minCompactionLagMs() > 0) {
      for (Segment segment : dirty) {
        if (segment.largestTimestampMs() > nowMs - config.minCompactionLagMs()) {
          bound = Math.min(bound, segment.baseOffset());
          break;
        }
      }
    }
    long end = wholeSegmentsBelow(segments, Math.max(firstDirty, bound));
    long dirtyFrom = Math.min(firstDirty, end);
    long cleanBytes = 0;
    long dirtyBytes = 0;
    for (int i = 0; i < segments.size() - 1 && segments.get(i).baseOffset() < end; i++) {
      // A segment counts as dirty as soon as a part of it is.
      if (segments.get(i + 1).baseOffset() <= dirtyFrom) {
        cleanBytes += segments.get(i).sizeInBytes();
      } else {
        dirtyBytes += segments.get(i).sizeInBytes();
      }
    }
    return new CleanerPlan(
        firstDirty, end, cleanBytes, dirtyBytes, isOverdue(dirty, config, nowMs), invalid);
  }

  /** Index of the segment that holds {@code offset}, or of the first one. */
  private static int firstAtOrHolding(List<Segment> segments, long offset) {
    int index = 0;
    while (index + 1 < segments.size() && segments.get(index + 1).baseOffset() <= offset) {
      index++;
    }
    return Math.min(index, segments.size() - 1);
  }

  /** Base offset of the segment that {@code bound} lies in: only whole segments are cleaned. */
  private static long wholeSegmentsBelow(List<Segment> segments, long bound) {
    return segments.get(firstAtOrHolding(segments, bound)).baseOffset();
  }

  private static boolean isOverdue(List<Segment> dirty, LogConfig config, long nowMs) {
    long earliest = Long.MAX_VALUE;
    for (Segment segment : dirty) {
      if (segment.firstTimestampMs() > 0) {
        earliest = Math.min(earliest, segment.firstTimestampMs());
      }
    }
    return earliest < nowMs - Math.max(config.maxCompactionLagMs(), 0);
  }

  /** Share of the bytes in reach that is dirty, 0 to 1. */
  public double dirtyRatio() {
    long total = cleanBytes + dirtyBytes;
    return total == 0 ? 0 : (double) dirtyBytes / total;
  }

  /** Whether to clean now: dirty enough, or overdue. */
  public boolean isDue(LogConfig config) {
    return dirtyBytes > 0 && (overdue || dirtyRatio() > config.minCleanableDirtyRatio());
  }

  /**
   * Splits the segments below {@code end} into runs that become one segment each, so that segments
   * do not get smaller and smaller: together within segment.bytes, segment.index.bytes, and the
   * offsets that a segment's index can tell apart.
   *
   * @param segments all of them in order
   * @param end exclusive; {@link OffsetMap#latestOffset} plus one if the map was full, the plan's
   *     {@code endOffset} otherwise
   */
  public static List<List<Segment>> groups(List<Segment> segments, long end, LogConfig config) {
    List<List<Segment>> groups = new ArrayList<>();
    List<Segment> group = List.of();
    long bytes = 0;
    long offsetIndexBytes = 0;
    long timeIndexBytes = 0;
    for (int i = 0; i < segments.size() && segments.get(i).baseOffset() < end; i++) {
      Segment segment = segments.get(i);
      long next = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : end;
      boolean fits =
          !group.isEmpty()
              && bytes + segment.sizeInBytes() <= config.segmentBytes()
              && offsetIndexBytes + segment.offsetIndexBytes() <= config.segmentIndexBytes()
              && timeIndexBytes + segment.timeIndexBytes() <= config.segmentIndexBytes()
              && (segment.sizeInBytes() == 0
                  || next - 1 - group.getFirst().baseOffset() <= Integer.MAX_VALUE);
      if (!fits) {
        group = new ArrayList<>();
        groups.add(group);
        bytes = 0;
        offsetIndexBytes = 0;
        timeIndexBytes = 0;
      }
      group.add(segment);
      bytes += segment.sizeInBytes();
      offsetIndexBytes += segment.offsetIndexBytes();
      timeIndexBytes += segment.timeIndexBytes();
    }
    return groups;
  }
}

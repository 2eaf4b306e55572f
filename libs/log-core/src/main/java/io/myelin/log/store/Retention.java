package io.myelin.log.store;

import io.myelin.env.DiskFullException;
import io.myelin.log.LogConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Deletes old segments by Kafka's rules: below the log start always; by age and by size where
 * cleanup.policy contains delete; never from the high watermark on.
 */
final class Retention {
  private Retention() {}

  static CompletionStage<Long> enforce(StoredLog log, Executor shard) {
    CompletableFuture<Long> freed = new CompletableFuture<>();
    try {
      log.requireOnline();
      View view = log.current();
      int count = deletable(log, view);
      if (count == 0) {
        freed.complete(0L);
        return freed;
      }
      Segment last = view.segments[count - 1];
      if (log.recoveryPoint() < next(view, count - 1)) {
        // A power loss may undo the removal: the segments must be whole then, or there is a gap
        // before what was flushed later.
        log.flush();
      }
      long expectedEnd = next(view, count - 1);
      shard.execute(() -> detach(log, last, expectedEnd, freed));
    } catch (IOException | RuntimeException e) {
      freed.completeExceptionally(e);
    }
    return freed;
  }

  /** How many of the oldest segments may go. */
  private static int deletable(StoredLog log, View view) throws IOException {
    LogConfig config = log.config();
    long now = log.folder.environment().clock().wallMs();
    long excess =
        config.delete() && config.retentionBytes() >= 0
            ? view.sizeInBytes() - config.retentionBytes()
            : 0;
    int count = 0;
    while (count < view.segments.length) {
      int size = view.sizeOf(count);
      long next = next(view, count);
      if (next > view.highWatermark() || (size == 0 && count == view.segments.length - 1)) {
        break;
      }
      boolean below = next <= view.logStartOffset();
      if (!below && !expired(view.segments[count], config, now) && (size == 0 || excess < size)) {
        break;
      }
      excess -= size;
      count++;
    }
    return count;
  }

  private static long next(View view, int index) {
    return index + 1 < view.segments.length
        ? view.segments[index + 1].baseOffset
        : view.logEndOffset();
  }

  private static boolean expired(Segment segment, LogConfig config, long now) throws IOException {
    if (!config.delete() || config.retentionMs() < 0) {
      return false;
    }
    long newest = segment.maxTimestamp();
    return newest >= 0 && now - newest > config.retentionMs();
  }

  /** On the shard: takes the segments up to {@code last} out of the log. */
  private static void detach(
      StoredLog log, Segment last, long expectedEnd, CompletableFuture<Long> freed) {
    View.Parts parts = log.parts;
    try {
      int count = Arrays.asList(parts.segments).indexOf(last) + 1;
      long end =
          count == parts.segments.length ? parts.logEndOffset : parts.segments[count].baseOffset;
      // What was appended to the active segment meanwhile is not what was found to be old.
      if (count == 0
          || end != expectedEnd
          || end > log.recoveryPoint()
          || log.flusher.isClosed()
          || log.failure() != null) {
        freed.complete(0L);
        return;
      }
      if (count == parts.segments.length && !rollOldest(log)) {
        count--;
      }
      List<Segment> detached = List.of(Arrays.copyOf(parts.segments, count));
      parts.segments = Arrays.copyOfRange(parts.segments, count, parts.segments.length);
      long bytes = 0;
      for (Segment segment : detached) {
        bytes += segment.size;
      }
      parts.inactiveBytes -= bytes;
      long start = Math.max(parts.logStartOffset, parts.segments[0].baseOffset);
      parts.logStartOffset = start;
      parts.epochs = parts.epochs.truncatedFromStart(start);
      log.publish();
      long total = bytes;
      log.folder.workers().execute(() -> remove(log, detached, total, freed));
    } catch (IOException | RuntimeException e) {
      log.fail(e);
      freed.completeExceptionally(e);
    }
  }

  /** Whether everything there is may go; not while a disk has no room for an empty segment. */
  private static boolean rollOldest(StoredLog log) throws IOException {
    if (log.parts.logEndOffset > log.parts.highWatermark) {
      return false;
    }
    try {
      log.roll();
      return true;
    } catch (DiskFullException e) {
      return false;
    }
  }

  private static void remove(
      StoredLog log, List<Segment> detached, long bytes, CompletableFuture<Long> freed) {
    try {
      boolean removed =
          log.flusher.unlessClosed(
              () -> {
                // Oldest first, so that a crash in between leaves no gap.
                for (Segment segment : detached) {
                  segment.markDeleted();
                }
                log.flusher.entriesChanged();
              });
      if (removed) {
        Deletion.later(log, detached);
      }
      freed.complete(removed ? bytes : 0);
    } catch (IOException e) {
      log.fail(e);
      freed.completeExceptionally(e);
    }
  }
}

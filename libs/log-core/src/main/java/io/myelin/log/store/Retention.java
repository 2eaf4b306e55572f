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
  private final StoredLog log;
  private final Executor shard;
  private final CompletableFuture<Long> freed = new CompletableFuture<>();

  private Retention(StoredLog log, Executor shard) {
    this.log = log;
    this.shard = shard;
  }

  static CompletionStage<Long> enforce(StoredLog log, Executor shard) {
    Retention retention = new Retention(log, shard);
    retention.run(Runnable::run, retention::look);
    return retention.freed;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void run(Executor executor, Step step) {
    executor.execute(
        () -> {
          try {
            step.run();
          } catch (IOException | RuntimeException e) {
            freed.completeExceptionally(e);
          }
        });
  }

  private void look() throws IOException {
    log.requireOnline();
    View view = log.current();
    int count = deletable(log, view);
    if (count == 0) {
      freed.complete(0L);
    } else if (count == view.segments.length) {
      run(shard, () -> rollOldest(view));
    } else {
      seal(view, count);
    }
  }

  /** On the shard: everything there is may go, so it must not be written to any more. */
  private void rollOldest(View view) throws IOException {
    int count = view.segments.length;
    // What was appended to the active segment meanwhile is not what was found to be old.
    boolean same = log.parts.logEndOffset == view.logEndOffset() && canDetach();
    if (same && rolled()) {
      run(log.folder.workers(), () -> seal(view, count));
    } else if (same && count > 1) {
      run(log.folder.workers(), () -> seal(view, count - 1));
    } else {
      freed.complete(0L);
    }
  }

  /** Not while a disk has no room for an empty segment. */
  private boolean rolled() throws IOException {
    try {
      log.roll();
      return true;
    } catch (DiskFullException e) {
      return false;
    } catch (IOException | RuntimeException e) {
      log.fail(e);
      throw e;
    }
  }

  /**
   * A power loss may undo the removal: the segments must be whole then, or there is a gap before
   * what was flushed later.
   */
  private void seal(View view, int count) throws IOException {
    Segment last = view.segments[count - 1];
    long end = next(view, count - 1);
    log.flusher.seal(end);
    run(shard, () -> detach(last, end));
  }

  private boolean canDetach() {
    return !log.flusher.isClosed() && log.failure() == null;
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

  /** On the shard: takes the segments up to {@code last}, which ends at {@code end}, out. */
  private void detach(Segment last, long end) {
    View.Parts parts = log.parts;
    int count = Arrays.asList(parts.segments).indexOf(last) + 1;
    // A truncation may have come in between.
    if (count == 0
        || count == parts.segments.length
        || parts.segments[count].baseOffset != end
        || !canDetach()) {
      freed.complete(0L);
      return;
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
    run(log.folder.workers(), () -> remove(detached, total));
  }

  private void remove(List<Segment> detached, long bytes) throws IOException {
    boolean removed;
    try {
      removed =
          log.flusher.unlessClosed(
              () -> {
                // Oldest first, so that a crash in between leaves no gap.
                for (Segment segment : detached) {
                  segment.markDeleted();
                }
                log.flusher.entriesChanged();
              });
    } catch (IOException e) {
      log.fail(e);
      throw e;
    }
    if (removed) {
      Deletion.later(log, detached);
    }
    freed.complete(removed ? bytes : 0);
  }
}

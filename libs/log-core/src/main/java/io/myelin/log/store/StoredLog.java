package io.myelin.log.store;

import io.myelin.log.AppendResult;
import io.myelin.log.CompactionThrottle;
import io.myelin.log.LogConfig;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.producer.ProducerState;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A partition's log in a folder of segments. Thread and crash rules: see {@link PartitionLog}; open
 * one with {@link LogLoader}.
 */
public final class StoredLog implements PartitionLog {
  final Folder folder;
  final ProducerState producers;
  final View.Parts parts;
  final Flusher flusher;
  final Home home;
  private final Appender appender;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Retention or compaction is at work: one of them at a time. */
  final AtomicBoolean restructuring = new AtomicBoolean();

  /** See {@link #dropped}. Set by the loader before others see the log. */
  String dropped;

  private volatile LogConfig config;
  private volatile View view;

  StoredLog(
      Folder folder,
      LogConfig config,
      ProducerState producers,
      View.Parts parts,
      long recoveryPoint,
      long unsealedFrom,
      Home home) {
    this.folder = folder;
    this.config = config;
    this.producers = producers;
    this.parts = parts;
    this.home = home;
    this.flusher = new Flusher(this, recoveryPoint, unsealedFrom);
    this.appender = new Appender(this);
    publish();
  }

  /** What a log needs of its directory. Thread-safe. */
  public interface Home {
    /** Returns when the present recovery points of the directory are on stable storage. */
    void writeRecoveryPoints() throws IOException;

    /**
     * A log is offline, perhaps after a force that failed: whoever recovers it must not take what
     * can be read for what the disk has.
     */
    void logFailed() throws IOException;
  }

  @Override
  public LogView view() {
    return view;
  }

  View current() {
    return view;
  }

  @Override
  public Throwable failure() {
    return failure.get();
  }

  /** The log is offline from now on; the first cause counts. */
  void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      try {
        home.logFailed();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  void requireOnline() throws IOException {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IOException(folder.name() + " is offline since an earlier error", cause);
    }
  }

  @Override
  public LogConfig config() {
    return config;
  }

  @Override
  public void configure(LogConfig newConfig) {
    config = newConfig;
  }

  @Override
  public List<AppendResult> append(List<ValidBatch> batches, int leaderEpoch) {
    try {
      return appender.append(batches, leaderEpoch);
    } catch (RuntimeException | Error e) {
      // Memory and disk may differ now: only recovery knows what is stored.
      fail(e);
      throw e;
    }
  }

  @Override
  public List<AppendResult> appendAsFollower(ReplicatedBatches batches) {
    try {
      return appender.appendAsFollower(batches);
    } catch (RuntimeException | Error e) {
      fail(e);
      throw e;
    }
  }

  @Override
  public void advanceHighWatermark(long offset) {
    if (offset <= parts.highWatermark) {
      return;
    }
    parts.highWatermark = Math.min(offset, parts.logEndOffset);
    parts.highWatermarkPosition = positionOf(parts.highWatermark);
    producers.onHighWatermark(parts.highWatermark);
    publish();
  }

  @Override
  public void advanceLogStart(long offset) throws IOException {
    requireOnline();
    if (offset > parts.logStartOffset) {
      parts.logStartOffset = Math.min(offset, parts.logEndOffset);
      parts.epochs = parts.epochs.truncatedFromStart(parts.logStartOffset);
      publish();
    }
  }

  @Override
  public void truncateTo(long offset) throws IOException {
    requireOnline();
    Truncation.truncateTo(this, offset);
  }

  @Override
  public void truncateFullyAndStartAt(long offset) throws IOException {
    requireOnline();
    Truncation.startAt(this, offset);
  }

  @Override
  public long flush() throws IOException {
    return flusher.flush();
  }

  @Override
  public long recoveryPoint() {
    return flusher.recoveryPoint();
  }

  @Override
  public String dropped() {
    return dropped;
  }

  @Override
  public long unflushedForMs() {
    return flusher.unflushedForMs();
  }

  @Override
  public CompletionStage<Long> enforceRetention(Executor shard) {
    if (!restructuring.compareAndSet(false, true)) {
      return CompletableFuture.completedStage(0L);
    }
    return Retention.enforce(this, shard).whenComplete((freed, error) -> restructuring.set(false));
  }

  /**
   * One compaction pass if it is due: plans and cleans on the workers, hops to {@code shard} for
   * what belongs to the owner. One at a time per log, and none beside retention.
   *
   * @param cleanedTo where the last pass ended, null if there was none
   * @param mapBytesMax memory for the keys of the pass
   * @param throttle how fast it may read and write
   * @return where the next pass begins, null if nothing was to be done
   */
  public CompletionStage<Long> compact(
      Long cleanedTo, long mapBytesMax, CompactionThrottle throttle, Executor shard) {
    return new CompactionRun(this, mapBytesMax, throttle, shard).start(cleanedTo);
  }

  @Override
  public List<ProducerInfo> producers() {
    return producers.describe();
  }

  @Override
  public void expireProducers() {
    producers.expire(folder.environment().clock().wallMs(), config.producerIdExpirationMs());
  }

  @Override
  public void close() throws IOException {
    if (parts.closed) {
      return;
    }
    try {
      if (failure.get() == null) {
        flusher.flushForClose();
      }
    } finally {
      closeFiles();
    }
  }

  /** Readers find nothing any more; slices that are held stay readable. */
  public void closeFiles() {
    flusher.close();
    parts.closed = true;
    publish();
    for (Segment segment : parts.segments) {
      segment.closeFiles();
    }
  }

  /** Base offset of the oldest segment. Any thread. */
  public long firstSegmentOffset() {
    return view.segments[0].baseOffset;
  }

  Segment active() {
    return parts.segments[parts.segments.length - 1];
  }

  /** Starts a new segment at the log end; the old one is flushed by a worker. */
  void roll() throws IOException {
    Segment old = active();
    if (old.size == 0) {
      return;
    }
    old.finishTimeIndex();
    long end = parts.logEndOffset;
    Segment fresh = Segment.create(folder, end, rollJitterMs(), config.preallocatedBytes());
    ByteBuffer snapshot = producers.snapshot();
    Segment[] longer = Arrays.copyOf(parts.segments, parts.segments.length + 1);
    longer[longer.length - 1] = fresh;
    parts.segments = longer;
    parts.inactiveBytes += old.size;
    if (parts.highWatermark == end) {
      parts.highWatermarkPosition = 0;
    }
    old.unpin();
    flusher.entriesChanged();
    publish();
    folder.workers().execute(() -> flusher.flushRolled(fresh, snapshot));
  }

  long rollJitterMs() {
    long max = Math.min(config.segmentJitterMs(), config.segmentMs());
    return max <= 0 ? 0 : Math.floorMod(folder.environment().randomness().nextLong(), max);
  }

  /** Makes the present state visible to readers. Costs one small object. */
  void publish() {
    parts.activeSize = active().size;
    long unstable = producers.firstUnstableOffset();
    if (unstable >= parts.highWatermark) {
      parts.lastStableOffset = parts.highWatermark;
      parts.lastStablePosition = parts.highWatermarkPosition;
    } else if (parts.lastStableOffset != unstable || parts.lastStablePosition == View.UNKNOWN) {
      parts.lastStableOffset = unstable;
      parts.lastStablePosition = positionOf(unstable);
    }
    view = new View(parts);
  }

  /** Where {@code offset} begins in its segment, if memory knows. */
  int positionOf(long offset) {
    Segment active = active();
    if (offset == parts.logEndOffset) {
      return active.size;
    }
    if (offset == active.baseOffset) {
      return 0;
    }
    RecentBatches.Place place =
        RecentBatches.find(parts.recent.head(), parts.recent.count(), offset);
    return place != null && place.chunk().offsets[place.index()] == offset
        ? place.position()
        : View.UNKNOWN;
  }
}

package io.myelin.log.store;

import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.epoch.LeaderEpochs;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The published state of a log. A view costs one small object: segments, epochs and the places of
 * recent batches are shared with its predecessor where they have not changed.
 */
final class View implements LogView {
  private static final ReadResult NOTHING_YET = new ReadResult.NothingYet();
  private static final ReadResult OUT_OF_RANGE = new ReadResult.OutOfRange();
  private static final ReadResult COLD = new ReadResult.Cold();

  /** A bound's position that nobody has looked up. */
  static final int UNKNOWN = -1;

  /** Ascending by base offset; the last one is active. Never changed once published. */
  final Segment[] segments;

  final int activeSize;
  private final long inactiveBytes;
  private final long logStartOffset;
  private final long highWatermark;
  private final int highWatermarkPosition;
  private final long lastStableOffset;
  private final int lastStablePosition;
  private final long logEndOffset;
  final LeaderEpochs epochs;
  private final RecentBatches.Chunk recent;
  private final int recentCount;
  private final boolean closed;

  /** Collects the parts of a view: too many of one type for a parameter list. */
  static final class Parts {
    Segment[] segments;
    int activeSize;
    long inactiveBytes;
    long logStartOffset;
    long highWatermark;
    int highWatermarkPosition;
    long lastStableOffset;
    int lastStablePosition;
    long logEndOffset;
    LeaderEpochs epochs = LeaderEpochs.NONE;
    final RecentBatches recent = new RecentBatches();
    boolean closed;
  }

  View(Parts parts) {
    this.segments = parts.segments;
    this.activeSize = parts.activeSize;
    this.inactiveBytes = parts.inactiveBytes;
    this.logStartOffset = parts.logStartOffset;
    this.highWatermark = parts.highWatermark;
    this.highWatermarkPosition = parts.highWatermarkPosition;
    this.lastStableOffset = parts.lastStableOffset;
    this.lastStablePosition = parts.lastStablePosition;
    this.logEndOffset = parts.logEndOffset;
    this.epochs = parts.epochs;
    this.recent = parts.recent.head();
    this.recentCount = parts.recent.count();
    this.closed = parts.closed;
  }

  @Override
  public long logStartOffset() {
    return logStartOffset;
  }

  @Override
  public long highWatermark() {
    return highWatermark;
  }

  @Override
  public long lastStableOffset() {
    return lastStableOffset;
  }

  @Override
  public long logEndOffset() {
    return logEndOffset;
  }

  @Override
  public long sizeInBytes() {
    return inactiveBytes + activeSize;
  }

  boolean isClosed() {
    return closed;
  }

  Segment active() {
    return segments[segments.length - 1];
  }

  int sizeOf(int segment) {
    return segment == segments.length - 1 ? activeSize : segments[segment].size;
  }

  /** Index of the last segment that begins at or before {@code offset}, or -1. */
  int floor(long offset) {
    int low = 0;
    int high = segments.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (segments[middle].baseOffset <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private ReadResult withoutReading(long offset, Isolation isolation) {
    if (closed || offset < logStartOffset || offset > logEndOffset) {
      return OUT_OF_RANGE;
    }
    return offset >= bound(isolation) ? NOTHING_YET : null;
  }

  @Override
  public ReadResult tryRead(
      long offset, int bytesMax, boolean atLeastOneBatch, Isolation isolation) {
    ReadResult known = withoutReading(offset, isolation);
    if (known != null) {
      return known;
    }
    RecentBatches.Place place = RecentBatches.find(recent, recentCount, offset);
    if (place == null) {
      return COLD;
    }
    int index = floor(offset);
    Segment segment = segments[index];
    if (segment != place.chunk().segment || !isWarm(index, place.position())) {
      return COLD;
    }
    int end = endIn(index, isolation);
    if (end == UNKNOWN || (isolation == Isolation.LAST_STABLE && !transactionsLoaded(index))) {
      return COLD;
    }
    OpenFile file = segment.log.acquireIfOpen();
    if (file == null) {
      return COLD;
    }
    int batchEnd = place.end(sizeOf(index));
    int length = length(place.position(), batchEnd, end, bytesMax, atLeastOneBatch);
    if (length == 0) {
      file.release();
      return NOTHING_YET;
    }
    try {
      return new ReadResult.Records(
          new Slice(file, place.position(), length), aborted(index, offset, isolation));
    } catch (IOException e) {
      file.release();
      throw new IllegalStateException("the transaction index was loaded", e);
    } catch (RuntimeException e) {
      file.release();
      throw e;
    }
  }

  private boolean isWarm(int index, int position) {
    long behind = (long) sizeOf(index) - position;
    for (int i = index + 1; i < segments.length; i++) {
      behind += sizeOf(i);
    }
    return behind <= segments[index].folder.warmBytesMax();
  }

  private boolean transactionsLoaded(int index) {
    for (int i = index; i < segments.length; i++) {
      if (!segments[i].transactions.isLoaded()) {
        return false;
      }
    }
    return true;
  }

  /** Where the isolation's bound lies in a segment; its end, if the bound lies behind it. */
  private int endIn(int index, Isolation isolation) {
    long bound = bound(isolation);
    if (bound == logEndOffset
        || (index + 1 < segments.length && segments[index + 1].baseOffset <= bound)) {
      return sizeOf(index);
    }
    return switch (isolation) {
      case LOG_END -> activeSize;
      case HIGH_WATERMARK -> highWatermarkPosition;
      case LAST_STABLE -> lastStablePosition;
    };
  }

  /** Zero if not even the first batch fits and it is not wanted at any size. */
  private static int length(
      int position, int batchEnd, int end, int bytesMax, boolean atLeastOneBatch) {
    int first = batchEnd - position;
    if (end < batchEnd || (first > bytesMax && !atLeastOneBatch)) {
      return 0;
    }
    return Math.min(end - position, Math.max(bytesMax, first));
  }

  @Override
  public ReadResult read(long offset, int bytesMax, boolean atLeastOneBatch, Isolation isolation)
      throws IOException {
    ReadResult known = withoutReading(offset, isolation);
    if (known != null) {
      return known;
    }
    for (int index = Math.max(0, floor(offset)); index < segments.length; index++) {
      ReadResult result = readFrom(index, offset, bytesMax, atLeastOneBatch, isolation);
      if (result != null) {
        return result;
      }
    }
    return NOTHING_YET;
  }

  private ReadResult readFrom(
      int index, long offset, int bytesMax, boolean atLeastOneBatch, Isolation isolation)
      throws IOException {
    Segment segment = segments[index];
    OpenFile file;
    try {
      file = segment.log.acquire();
    } catch (NoSuchFileException e) {
      if (segment.deleted) {
        return OUT_OF_RANGE;
      }
      throw e;
    }
    boolean handedOver = false;
    try {
      Segment.Found batch = segment.find(file, offset, sizeOf(index));
      if (batch == null) {
        return null;
      }
      int end = endIn(index, isolation);
      if (end == UNKNOWN) {
        Segment.Found bound = segment.find(file, bound(isolation), sizeOf(index));
        end = bound == null ? sizeOf(index) : bound.position();
      }
      int batchEnd = batch.position() + batch.bytes();
      int length = length(batch.position(), batchEnd, end, bytesMax, atLeastOneBatch);
      if (length == 0) {
        return NOTHING_YET;
      }
      List<AbortedTransaction> aborted = aborted(index, offset, isolation);
      file.file.warm(batch.position(), length);
      handedOver = true;
      return new ReadResult.Records(new Slice(file, batch.position(), length), aborted);
    } catch (ClosedChannelException | NoSuchFileException e) {
      if (segment.deleted) {
        return OUT_OF_RANGE;
      }
      throw e;
    } finally {
      if (!handedOver) {
        file.release();
      }
    }
  }

  private List<AbortedTransaction> aborted(int index, long offset, Isolation isolation)
      throws IOException {
    if (isolation != Isolation.LAST_STABLE) {
      return List.of();
    }
    // Markers of transactions that touch this segment may lie in later ones.
    long to = index + 1 < segments.length ? segments[index + 1].baseOffset : logEndOffset;
    List<AbortedTransaction> found = new ArrayList<>(0);
    for (int i = index; i < segments.length; i++) {
      segments[i].transactions.overlapping(offset, Math.min(to, lastStableOffset), found);
    }
    return found;
  }

  @Override
  public long bytesAfter(long offset, Isolation isolation) {
    long bound = bound(isolation);
    if (offset >= bound) {
      return 0;
    }
    long from = Math.max(offset, segments[0].baseOffset);
    int first = floor(from);
    int last = floor(bound);
    long bytes = position(last, bound) - position(first, from);
    for (int i = first; i < last; i++) {
      bytes += segments[i].size;
    }
    return Math.max(0, bytes);
  }

  /** About where {@code offset} lies in a segment. */
  private long position(int index, long offset) {
    if (offset == logEndOffset) {
      return sizeOf(index);
    }
    RecentBatches.Place place = RecentBatches.find(recent, recentCount, offset);
    if (place != null && place.chunk().segment == segments[index]) {
      return place.position();
    }
    long base = segments[index].baseOffset;
    long next = index + 1 < segments.length ? segments[index + 1].baseOffset : logEndOffset;
    return (long) ((double) (offset - base) / (next - base) * sizeOf(index));
  }

  @Override
  public TimestampedOffset offsetForTimestamp(long timestampMs) throws IOException {
    return TimestampSearch.first(this, timestampMs);
  }

  @Override
  public TimestampedOffset maxTimestamp() throws IOException {
    return TimestampSearch.latest(this);
  }

  @Override
  public int epochFor(long offset) {
    return epochs.epochFor(offset);
  }

  @Override
  public int latestEpoch() {
    return epochs.latest();
  }

  @Override
  public LeaderEpochs epochs() {
    return epochs;
  }

  @Override
  public EpochEnd endOffsetFor(int leaderEpoch) {
    return epochs.endOffsetFor(leaderEpoch, logEndOffset);
  }
}

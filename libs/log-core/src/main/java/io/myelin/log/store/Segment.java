package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFullException;
import io.myelin.log.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One segment: a log file and its indexes. The owner of the log changes it; readers use what the
 * view that they hold vouches for, and the indexes, which are safe for both.
 */
final class Segment {
  private static final long UNKNOWN = Long.MIN_VALUE;

  final Folder folder;
  final long baseOffset;
  final CachedFile log;
  final OffsetIndex offsets;
  final TimeIndex times;
  final TransactionIndex transactions;

  /** Bytes of sound batches. Written by the owner, final once the segment is not active. */
  int size;

  /** Set when the files are renamed for deletion: readers with an old view find nothing. */
  volatile boolean deleted;

  final long createdMs;
  final long rollJitterMs;

  private long maxTimestamp = UNKNOWN;
  private long maxTimestampOffset = -1;
  private long firstTimestamp = UNKNOWN;
  private int bytesSinceIndexEntry;

  /** The file goes on behind the batches. Guarded by the flusher's lock once others see it. */
  private boolean preallocated;

  private OpenFile pinned;
  private OpenFile pinnedOffsets;
  private OpenFile pinnedTimes;

  Segment(Folder folder, long baseOffset, long rollJitterMs) {
    this(folder, baseOffset, rollJitterMs, "");
  }

  /**
   * @param extra what follows the files' suffixes while they are made: {@link FileNames#CLEANED}
   */
  Segment(Folder folder, long baseOffset, long rollJitterMs, String extra) {
    this.folder = folder;
    this.baseOffset = baseOffset;
    this.rollJitterMs = rollJitterMs;
    this.createdMs = folder.environment().clock().wallMs();
    this.log = new CachedFile(folder, baseOffset, FileNames.LOG + extra);
    this.offsets = new OffsetIndex(folder, baseOffset, extra);
    this.times = new TimeIndex(folder, baseOffset, extra);
    this.transactions = new TransactionIndex(folder, baseOffset, extra);
  }

  /**
   * Creates the log file of a new segment; its index files appear with their first entries.
   *
   * @param preallocatedBytes what the file has before anything is appended; {@link #trim} takes it
   *     back, and so does recovery. As in Kafka, the file system may leave the blocks for later.
   */
  static Segment create(Folder folder, long baseOffset, long rollJitterMs, int preallocatedBytes)
      throws IOException {
    Segment segment = new Segment(folder, baseOffset, rollJitterMs);
    OpenFile file = segment.log.acquire(OpenMode.CREATE);
    try {
      // A leftover of a roll that a crash undid.
      file.file.truncate(0);
      if (preallocatedBytes > 0) {
        file.file.write(ByteBuffer.wrap(new byte[1]), preallocatedBytes - 1);
        segment.preallocated = true;
      }
    } finally {
      file.release();
    }
    segment.startEmpty();
    return segment;
  }

  /** Forgets what the indexes have; they are to be rebuilt from the start. */
  void startEmpty() throws IOException {
    offsets.file().startEmpty();
    times.file().startEmpty();
    transactions.restart();
    maxTimestamp = -1;
    maxTimestampOffset = baseOffset;
    firstTimestamp = UNKNOWN;
    bytesSinceIndexEntry = 0;
  }

  /** The open file for appends, held open until {@link #unpin}. */
  OpenFile pin() throws IOException {
    if (pinned == null) {
      pinned = log.acquire();
    }
    return pinned;
  }

  void unpin() {
    pinned = releaseIfHeld(pinned);
    pinnedOffsets = releaseIfHeld(pinnedOffsets);
    pinnedTimes = releaseIfHeld(pinnedTimes);
  }

  private static OpenFile releaseIfHeld(OpenFile file) {
    if (file != null) {
      file.release();
    }
    return null;
  }

  /**
   * Keeps every file open, so that older views can go on reading when other files get the names.
   */
  void pinAll() throws IOException {
    pin();
    pinnedOffsets = offsets.file().acquireIfPresent();
    pinnedTimes = times.file().acquireIfPresent();
    transactions.entries();
  }

  /** First batch's largest timestamp, -1 if there is none. */
  long firstTimestamp() throws IOException {
    loadFirstTimestamp();
    return firstTimestamp == UNKNOWN ? -1 : firstTimestamp;
  }

  /** Updates indexes and timestamps for a batch that is in the file at {@code position}. */
  void added(long lastOffset, int position, int bytes, long timestamp, int indexIntervalBytes)
      throws IOException {
    if (position == 0) {
      firstTimestamp = timestamp;
    }
    if (timestamp > maxTimestamp()) {
      maxTimestamp = timestamp;
      maxTimestampOffset = lastOffset;
    }
    if (bytesSinceIndexEntry > indexIntervalBytes) {
      offsets.append(lastOffset, position);
      times.appendIfLater(maxTimestamp, maxTimestampOffset);
      bytesSinceIndexEntry = 0;
    }
    bytesSinceIndexEntry += bytes;
  }

  /** Largest timestamp, -1 if there is none; may read the time index' last entry. */
  long maxTimestamp() throws IOException {
    loadMaxTimestamp();
    return maxTimestamp;
  }

  /** Last offset of the first batch that has the largest timestamp. */
  long maxTimestampOffset() throws IOException {
    loadMaxTimestamp();
    return maxTimestampOffset;
  }

  private void loadMaxTimestamp() throws IOException {
    if (maxTimestamp != UNKNOWN) {
      return;
    }
    synchronized (this) {
      if (maxTimestamp != UNKNOWN) {
        return;
      }
      TimeIndex.Entry last = times.last();
      if (size > 0 && !isInLog(last)) {
        last = largestInLog();
      }
      maxTimestampOffset = last.offset();
      maxTimestamp = last.timestampMs();
    }
  }

  /**
   * Up to here, as far as the time index knows, no batch has a timestamp of {@code timestampMs} or
   * more. An index that leads astray costs time, not records.
   */
  long lastOffsetBefore(long timestampMs) throws IOException {
    TimeIndex.Entry entry = times.floor(timestampMs - 1);
    return entry.offset() == baseOffset || isInLog(entry) ? entry.offset() : baseOffset;
  }

  /** Whether the batch that an index entry names has its timestamp; what has rotted has not. */
  private boolean isInLog(TimeIndex.Entry entry) throws IOException {
    OpenFile file = log.acquire();
    try {
      Found found = find(file, entry.offset(), size);
      if (found == null) {
        return false;
      }
      HeaderScan scan = new HeaderScan(file.file, found.position(), size, baseOffset);
      return scan.next() && scan.maxTimestamp() == entry.timestampMs();
    } finally {
      file.release();
    }
  }

  private TimeIndex.Entry largestInLog() throws IOException {
    OpenFile file = log.acquire();
    try {
      TimeIndex.Entry largest = new TimeIndex.Entry(-1, baseOffset);
      HeaderScan scan = new HeaderScan(file.file, 0, size, baseOffset);
      while (scan.next()) {
        if (scan.maxTimestamp() > largest.timestampMs()) {
          largest = new TimeIndex.Entry(scan.maxTimestamp(), scan.lastOffset());
        }
      }
      return largest;
    } finally {
      file.release();
    }
  }

  /** How long the segment has waited to be rolled, as Kafka counts: by its batches' timestamps. */
  long waitedMs(long batchTimestamp, long nowMs) throws IOException {
    loadFirstTimestamp();
    return firstTimestamp >= 0 ? batchTimestamp - firstTimestamp : nowMs - createdMs;
  }

  private void loadFirstTimestamp() throws IOException {
    if (firstTimestamp == UNKNOWN && size > 0) {
      OpenFile file = log.acquire();
      try {
        HeaderScan scan = new HeaderScan(file.file, 0, size, 0);
        firstTimestamp = scan.next() ? scan.maxTimestamp() : -1;
      } finally {
        file.release();
      }
    }
  }

  /** Whether the indexes have no room for {@code more} entries. */
  boolean indexesFull(int more, int indexBytesMax) throws IOException {
    return offsets.file().entries() + more >= indexBytesMax / OffsetIndex.ENTRY_BYTES
        || times.file().entries() + more >= indexBytesMax / TimeIndex.ENTRY_BYTES - 1;
  }

  /** Writes index entries once there is a page of them. */
  void writeFullIndexPages() throws IOException {
    if (offsets.file().chunkIsFull() || times.file().chunkIsFull()) {
      writeIndexes();
    }
  }

  /** No append follows: the largest timestamp becomes the time index' last entry, as in Kafka. */
  void finishTimeIndex() throws IOException {
    if (size > 0) {
      times.appendIfLater(maxTimestamp(), maxTimestampOffset());
    }
  }

  /** No append follows: gives back what was preallocated behind the batches. Not durable. */
  void trim() throws IOException {
    if (!preallocated) {
      return;
    }
    OpenFile file = log.acquire();
    try {
      file.file.truncate(size);
      preallocated = false;
    } finally {
      file.release();
    }
  }

  /** Returns when all files of the segment are on stable storage. */
  void forceAll() throws IOException {
    forceLog();
    offsets.file().writeOut(true);
    times.file().writeOut(true);
    transactions.force();
  }

  void forceLog() throws IOException {
    OpenFile file = log.acquire();
    try {
      file.file.force();
    } finally {
      file.release();
    }
  }

  /**
   * Writes the indexes without forcing them, both, since Kafka's tools expect to find both. What
   * the disk has no room for now stays in memory until the next time: it can be rebuilt from the
   * log.
   */
  void writeIndexes() throws IOException {
    try {
      offsets.file().writeOut(false);
      times.file().writeOut(false);
    } catch (DiskFullException e) {
      return;
    }
  }

  /**
   * The first batch whose last offset is at least {@code offset}, searched in the first {@code end}
   * bytes; null if there is none. An index that leads astray costs time, not records.
   *
   * @throws CorruptLogException if the bytes are no batches all the way to where it may be
   */
  Found find(OpenFile file, long offset, long end) throws IOException {
    int from = offsets.positionFor(offset);
    if (from >= end && from < file.file.size()) {
      return null;
    }
    if (from > 0 && from < end) {
      HeaderScan scan = new HeaderScan(file.file, from, end, baseOffset);
      // The index has the batch that an entry points to at or before the entry's offset.
      if (scan.next() && scan.baseOffset() <= offset) {
        Found found = findIn(scan, offset);
        if (found != null || scan.position() == end) {
          return found;
        }
      }
    }
    HeaderScan scan = new HeaderScan(file.file, 0, end, baseOffset);
    Found found = scan.next() ? findIn(scan, offset) : null;
    if (found == null && scan.position() < end) {
      throw new CorruptLogException(
          "%s is damaged at byte %d. Restore the file from a copy or a replica."
              .formatted(folder.file(baseOffset, FileNames.LOG), scan.position()));
    }
    return found;
  }

  /** The first fitting batch from the scan's present one on, or null at its end. */
  private static Found findIn(HeaderScan scan, long offset) throws IOException {
    do {
      if (scan.lastOffset() >= offset) {
        return new Found((int) scan.position(), scan.size(), scan.baseOffset(), scan.lastOffset());
      }
    } while (scan.next());
    return null;
  }

  /** Cuts the segment so that no batch with an offset of {@code offset} or more is left. */
  void truncateTo(long offset) throws IOException {
    OpenFile file = log.acquire();
    try {
      preallocated = false;
      Found found = find(file, offset, size);
      if (found == null) {
        file.file.truncate(size);
        return;
      }
      offsets.truncateTo(found.baseOffset());
      times.truncateTo(found.baseOffset());
      transactions.truncateTo(found.baseOffset());
      file.file.truncate(found.position());
      size = found.position();
      bytesSinceIndexEntry = 0;
      rescanMaxTimestamp(file);
    } finally {
      file.release();
    }
  }

  private void rescanMaxTimestamp(OpenFile file) throws IOException {
    TimeIndex.Entry last = times.last();
    maxTimestamp = last.timestampMs();
    maxTimestampOffset = last.offset();
    HeaderScan scan =
        new HeaderScan(file.file, offsets.positionFor(last.offset()), size, baseOffset);
    while (scan.next()) {
      if (scan.maxTimestamp() > maxTimestamp) {
        maxTimestamp = scan.maxTimestamp();
        maxTimestampOffset = scan.lastOffset();
      }
    }
    if (size == 0) {
      firstTimestamp = UNKNOWN;
    }
  }

  /**
   * Renames the files for deletion; slices that are held stay readable. Durable on return, so that
   * whoever removes several in order leaves no gap. The log goes first: if a power loss brought it
   * back without its indexes, what was aborted would be read.
   */
  void markDeleted() throws IOException {
    deleted = true;
    rename(FileNames.LOG);
    folder.syncEntries();
    renameForDeletion(true);
    closeFiles();
  }

  /** Renames the files; not durable on return. */
  void renameForDeletion(boolean withSnapshot) throws IOException {
    for (String suffix : SUFFIXES) {
      if (withSnapshot || !suffix.equals(FileNames.SNAPSHOT)) {
        rename(suffix);
      }
    }
  }

  private void rename(String suffix) throws IOException {
    Path to = folder.file(baseOffset, suffix + FileNames.DELETED);
    try {
      folder.disk().rename(folder.file(baseOffset, suffix), to);
    } catch (NoSuchFileException e) {
      // Indexes and snapshots exist only where they have content; the log may have gone before.
      return;
    }
  }

  /** Deletes what {@link #markDeleted} renamed. */
  void deleteFiles() throws IOException {
    for (String suffix : SUFFIXES) {
      folder.disk().deleteIfExists(folder.file(baseOffset, suffix + FileNames.DELETED));
    }
  }

  void closeFiles() {
    unpin();
    log.forget();
    offsets.file().forget();
    times.file().forget();
  }

  private static final String[] SUFFIXES = {
    FileNames.LOG, FileNames.INDEX, FileNames.TIME_INDEX, FileNames.TXN_INDEX, FileNames.SNAPSHOT
  };

  /** A batch in the log file. */
  record Found(int position, int bytes, long baseOffset, long lastOffset) {}
}

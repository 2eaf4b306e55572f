package io.myelin.log.store;

import io.myelin.log.CorruptLogException;
import io.myelin.log.LogConfig;
import io.myelin.log.epoch.EpochCheckpoint;
import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.log.producer.ProducerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens a partition's folder: recovers what a crash left, from the recovery point on. A clean log
 * is taken as it is, with a few small reads, if its batches end where the orderly stop says; else
 * its last segment is recovered, too. Confined to one thread.
 *
 * <p>Only what lies behind the recovery point is ever cut off: from the first batch that is not
 * sound or that is missing, to the end of the log. What is damaged or missing below it is refused
 * with {@link CorruptLogException} and left alone. Indexes are rebuilt where a crash may have
 * caught them.
 */
public final class LogLoader {
  private final Folder folder;
  private final LogConfig config;
  private final Known known;
  private final ProducerState producers;
  private final View.Parts parts = new View.Parts();
  private final Set<String> names = new HashSet<>();
  private final TreeSet<Long> snapshots = new TreeSet<>();
  private final List<Segment> segments = new ArrayList<>();
  private boolean created;
  private boolean recovered;
  private String dropped;
  private long unsealedFrom = Long.MAX_VALUE;

  /**
   * What the directory's checkpoints say of a partition.
   *
   * @param clean the folder was closed in order and not touched since
   * @param cacheSound what can be read is what the disk has or will get; otherwise only what is
   *     written anew gets there
   * @param recoveryPoint everything below was on stable storage
   * @param logStartOffset 0 if there is no entry
   * @param highWatermark 0 if there is no entry
   * @param cleanedUpTo where compaction stopped last, 0 if it never ran: gaps below are no damage
   */
  public record Known(
      boolean clean,
      boolean cacheSound,
      long recoveryPoint,
      long logStartOffset,
      long highWatermark,
      long cleanedUpTo) {}

  private LogLoader(Folder folder, LogConfig config, Known known) {
    this.folder = folder;
    this.config = config;
    this.known = known;
    this.producers = new ProducerState(folder.name());
  }

  /** The folder exists; it may be empty. */
  public static StoredLog open(Folder folder, LogConfig config, Known known, StoredLog.Home home)
      throws IOException {
    return new LogLoader(folder, config, known).open(home);
  }

  private StoredLog open(StoredLog.Home home) throws IOException {
    names.addAll(folder.disk().list(folder.path()));
    if (LeftoverFiles.cleanUp(folder, names)) {
      names.clear();
      names.addAll(folder.disk().list(folder.path()));
    }
    listSegments();
    created = segments.isEmpty();
    if (created) {
      segments.add(Segment.create(folder, known.logStartOffset(), 0, config.preallocatedBytes()));
    }
    LeaderEpochs onDisk = readEpochs();
    parts.epochs = onDisk;
    loadSegments();
    removeIndexesOfNothing();
    removeStraySnapshots();
    parts.epochs = parts.epochs.truncatedFromEnd(parts.logEndOffset);
    parts.logStartOffset = Math.max(known.logStartOffset(), segments.getFirst().baseOffset);
    if (parts.logStartOffset > parts.logEndOffset) {
      restartAtLogStart();
    }
    parts.epochs = parts.epochs.truncatedFromStart(parts.logStartOffset);
    parts.segments = segments.toArray(Segment[]::new);
    parts.highWatermark =
        Math.clamp(known.highWatermark(), parts.logStartOffset, parts.logEndOffset);
    parts.highWatermarkPosition =
        parts.highWatermark == parts.logEndOffset ? segments.getLast().size : View.UNKNOWN;
    long recoveryPoint =
        known.clean() && !recovered
            ? parts.logEndOffset
            : Math.min(known.recoveryPoint(), parts.logEndOffset);
    unsealedFrom = Math.min(unsealedFrom, segments.getLast().baseOffset);
    StoredLog log =
        new StoredLog(folder, config, producers, parts, recoveryPoint, unsealedFrom, home);
    log.dropped = dropped;
    log.flusher.epochsOnDisk(onDisk);
    if (created || recovered || !known.clean()) {
      // The process before may have been killed between creating files and syncing the folder.
      log.flusher.entriesChanged();
    }
    return log;
  }

  /**
   * Records were deleted up to an offset that the disk, after a power loss, has not: as in Kafka,
   * nothing is left that anybody may see.
   */
  private void restartAtLogStart() throws IOException {
    // It becomes durable with the first removal: a folder without any would begin at offset 0.
    Segment fresh = Segment.create(folder, parts.logStartOffset, 0, config.preallocatedBytes());
    for (Segment segment : segments.reversed()) {
      segment.markDeleted();
      segment.deleteFiles();
    }
    segments.clear();
    segments.add(fresh);
    producers.clear();
    parts.epochs = LeaderEpochs.NONE;
    parts.inactiveBytes = 0;
    parts.logEndOffset = parts.logStartOffset;
    recovered = true;
  }

  private void listSegments() throws IOException {
    for (String name : names) {
      if (FileNames.is(name, FileNames.LOG)) {
        segments.add(new Segment(folder, FileNames.offsetOf(name), 0));
      } else if (FileNames.is(name, FileNames.SNAPSHOT)) {
        snapshots.add(FileNames.offsetOf(name));
      }
    }
    segments.sort(Comparator.comparingLong(s -> s.baseOffset));
  }

  /** When a segment is removed, its indexes go last. Not before the log is known to be whole. */
  private void removeIndexesOfNothing() throws IOException {
    for (String name : names) {
      if (isIndex(name) && !names.contains(FileNames.of(FileNames.offsetOf(name), FileNames.LOG))) {
        folder.disk().deleteIfExists(folder.path().resolve(name));
      }
    }
  }

  private static boolean isIndex(String name) {
    return name.endsWith("index") && FileNames.offsetOf(name) >= 0;
  }

  private LeaderEpochs readEpochs() throws IOException {
    if (!names.contains(FileNames.LEADER_EPOCHS)) {
      return LeaderEpochs.NONE;
    }
    LeaderEpochs read =
        EpochCheckpoint.read(folder.disk(), folder.path().resolve(FileNames.LEADER_EPOCHS));
    return read == null ? LeaderEpochs.NONE : read;
  }

  private void loadSegments() throws IOException {
    boolean clean = known.clean();
    long end = segments.getFirst().baseOffset;
    long producersEnd = -1;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      int bytes = created ? 0 : sizeOf(segment); // what is preallocated is no content
      long next = last ? Long.MAX_VALUE : segments.get(i + 1).baseOffset;
      dropTransactionIndexIfAbsent(segment);
      boolean suspect = clean ? last && !isAsItWasClosed(segment, bytes) : !isSealed(next);
      if (!suspect) {
        segment.size = bytes;
        rebuildMissingIndex(segment, bytes);
        if (!clean && !mayHaveGapBefore(next)) {
          requireContinued(segment, next);
        }
        end = last ? lastEnd(segment, bytes) : next;
      } else {
        unsealedFrom = Math.min(unsealedFrom, segment.baseOffset);
        if (last && bytes > 0 && Snapshots.deleteBehind(folder, segment.baseOffset, snapshots)) {
          // Whoever finds one at the recovery point takes the segment for sealed, but from now on
          // it is written to.
          folder.syncEntries();
        }
        if (producersEnd < 0) {
          producersEnd = loadProducers(i, segment.baseOffset);
        }
        SegmentRecovery recovery =
            new SegmentRecovery(
                segment, bytes, next, producers, parts.epochs, known.recoveryPoint());
        recovery.run(config.indexIntervalBytes());
        if (!known.cacheSound()) {
          recovery.writeBack();
        }
        if (!last) {
          segment.finishTimeIndex();
        }
        recovered |= bytes > 0;
        end = recovery.end();
        producersEnd = end;
        parts.epochs = recovery.epochs();
        if (!last && end != next && (segment.size < bytes || !mayHaveGapBefore(next))) {
          requireFlushed(end);
          dropAfter(i, end);
        }
      }
      if (i < segments.size() - 1) {
        parts.inactiveBytes += segment.size;
        segment.closeFiles(); // they are opened again when somebody reads what is that old
      }
    }
    parts.logEndOffset = end;
    requireFlushed(end);
    if (producersEnd < 0) {
      loadProducers(segments.size(), end);
    }
  }

  /**
   * Whether a segment that ends at {@code next} is on stable storage with its indexes. A flush that
   * came at its very end, before the roll, did not get to those; the snapshot is written when the
   * roll has.
   */
  private boolean isSealed(long next) {
    return next < known.recoveryPoint()
        || (next == known.recoveryPoint() && snapshots.contains(next));
  }

  /** Only what the cleaner has been at may have gaps, and it cleans only what is settled. */
  private boolean mayHaveGapBefore(long next) {
    return next <= known.cleanedUpTo() || (config.compact() && next <= known.recoveryPoint());
  }

  private void requireFlushed(long end) throws CorruptLogException {
    if (end < known.recoveryPoint()) {
      throw new CorruptLogException(
          "%s ends at offset %d, but everything below offset %d was on stable storage (recovery-point-offset-checkpoint): segments are missing or damaged. Restore them from a copy, or move the folder away to start with an empty log."
              .formatted(folder.path(), end, known.recoveryPoint()));
    }
  }

  /** Without compaction each segment begins where the one before it ends. */
  private void requireContinued(Segment segment, long next) throws IOException {
    int from = segment.offsets.positionFor(Long.MAX_VALUE);
    long end = SegmentRecovery.findEnd(segment, segment.size, from);
    if (end != next && from > 0) {
      end = SegmentRecovery.findEnd(segment, segment.size, 0); // it was the index that led astray
    }
    if (end != next) {
      throw new CorruptLogException(
          "%s: %s is followed by %s, although it ends at offset %d; what is between them is missing or damaged. Restore it from a copy or a replica, or move the partition's folder away to start with an empty log."
              .formatted(
                  folder.path(),
                  FileNames.of(segment.baseOffset, FileNames.LOG),
                  FileNames.of(next, FileNames.LOG),
                  end));
    }
  }

  /**
   * Whether the last segment's batches end where the orderly stop says. Whoever puts back a copy of
   * a folder that is longer or shorter, or from another time, has the mark of a clean stop all the
   * same; offsets behind the true end would be given away twice.
   */
  private boolean isAsItWasClosed(Segment segment, int bytes) throws IOException {
    if (bytes == 0) {
      return true;
    }
    if (lacksIndex(segment, bytes)) {
      return false;
    }
    int from = bytes <= config.indexIntervalBytes() ? 0 : segment.offsets.lastPositionOnDisk();
    return SegmentRecovery.findEnd(segment, bytes, from) == known.recoveryPoint();
  }

  private long lastEnd(Segment segment, int bytes) {
    return bytes == 0 ? segment.baseOffset : known.recoveryPoint();
  }

  private int sizeOf(Segment segment) throws IOException {
    OpenFile file = segment.log.acquire();
    try {
      long size = file.file.size();
      if (size > Integer.MAX_VALUE) {
        throw new CorruptLogException(
            "%s has %d bytes, more than a segment may have. Restore it from a copy, or move the partition's folder away."
                .formatted(folder.file(segment.baseOffset, FileNames.LOG), size));
      }
      return (int) size;
    } finally {
      file.release();
    }
  }

  private void dropTransactionIndexIfAbsent(Segment segment) {
    if (!names.contains(FileNames.of(segment.baseOffset, FileNames.TXN_INDEX))) {
      segment.transactions.startEmpty();
    }
  }

  private void rebuildMissingIndex(Segment segment, int bytes) throws IOException {
    if (lacksIndex(segment, bytes)) {
      SegmentRecovery.rebuildIndexes(segment, bytes, config.indexIntervalBytes());
      unsealedFrom = Math.min(unsealedFrom, segment.baseOffset);
      recovered = true;
    }
  }

  private boolean lacksIndex(Segment segment, int bytes) {
    return bytes > config.indexIntervalBytes()
        && !names.contains(FileNames.of(segment.baseOffset, FileNames.INDEX));
  }

  /** Loads the newest snapshot and replays the segments before {@code index} up to {@code end}. */
  private long loadProducers(int index, long end) throws IOException {
    long start = Math.max(known.logStartOffset(), segments.getFirst().baseOffset);
    long from = Snapshots.loadNewest(folder, snapshots, start, end, producers);
    // As Kafka: an orderly closed log without any snapshot had no producers.
    if (from < end && !(known.clean() && snapshots.isEmpty())) {
      for (Segment segment : segments.subList(0, index)) {
        Snapshots.replay(segment, segment.size, from, end, producers);
      }
    }
    return end;
  }

  /** Segment {@code index} has lost its tail: what follows has no connection to the log. */
  private void dropAfter(int index, long end) throws IOException {
    List<Segment> later = segments.subList(index + 1, segments.size());
    dropped =
        "%d segments from offset %d on were dropped, since a crash left nothing sound between them and offset %d, where the log ends now; everything below offset %d had been flushed"
            .formatted(later.size(), later.getFirst().baseOffset, end, known.recoveryPoint());
    for (Segment segment : later.reversed()) {
      segment.markDeleted();
      segment.deleteFiles();
    }
    later.clear();
  }

  /**
   * Keeps one snapshot per segment and the newest; those behind the log end are of lost batches.
   */
  private void removeStraySnapshots() throws IOException {
    Set<Long> wanted = new HashSet<>();
    segments.forEach(s -> wanted.add(s.baseOffset));
    Long newest = snapshots.floor(parts.logEndOffset);
    for (long offset : snapshots) {
      boolean keep =
          offset <= parts.logEndOffset
              && (wanted.contains(offset) || (newest != null && newest == offset));
      if (!keep) {
        folder.disk().deleteIfExists(folder.file(offset, FileNames.SNAPSHOT));
      }
    }
  }
}

package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.log.store.LogLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The offsets that a directory remembers for its partitions, by folder name: those of open logs as
 * they are now, those of the others as they were found. Thread-safe.
 */
final class Checkpoints {
  static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
  static final String LOG_STARTS = "log-start-offset-checkpoint";
  static final String HIGH_WATERMARKS = "replication-offset-checkpoint";
  static final String CLEANED = "cleaner-offset-checkpoint";

  private final Disk disk;
  private final Path directory;
  private final Map<String, Long> recoveryPoints;
  private final Map<String, Long> logStarts;
  private final Map<String, Long> highWatermarks;
  private final Map<String, Long> cleaned;

  /** Opened since the start: a clean stop before that says nothing about them any more. */
  private final Set<String> touched = ConcurrentHashMap.newKeySet();

  /** Forgotten, but perhaps still in the files. */
  private final Set<String> stale = ConcurrentHashMap.newKeySet();

  private Checkpoints(
      Disk disk,
      Path directory,
      Map<String, Long> recoveryPoints,
      Map<String, Long> logStarts,
      Map<String, Long> highWatermarks,
      Map<String, Long> cleaned) {
    this.disk = disk;
    this.directory = directory;
    this.recoveryPoints = recoveryPoints;
    this.logStarts = logStarts;
    this.highWatermarks = highWatermarks;
    this.cleaned = cleaned;
  }

  static Checkpoints read(Disk disk, Path directory) throws IOException {
    return new Checkpoints(
        disk,
        directory,
        OffsetCheckpoint.read(disk, directory.resolve(RECOVERY_POINTS)),
        OffsetCheckpoint.read(disk, directory.resolve(LOG_STARTS)),
        OffsetCheckpoint.read(disk, directory.resolve(HIGH_WATERMARKS)),
        OffsetCheckpoint.read(disk, directory.resolve(CLEANED)));
  }

  synchronized LogLoader.Known known(String folder, boolean clean, boolean cacheSound) {
    return new LogLoader.Known(
        clean,
        cacheSound,
        recoveryPoints.getOrDefault(folder, 0L),
        logStarts.getOrDefault(folder, 0L),
        highWatermarks.getOrDefault(folder, 0L),
        cleaned.getOrDefault(folder, 0L));
  }

  /** Whether a flush of that folder has ever been completed. */
  synchronized boolean hasRecoveryPoint(String folder) {
    return recoveryPoints.getOrDefault(folder, 0L) > 0;
  }

  void touched(String folder) {
    touched.add(folder);
  }

  boolean wasTouched(String folder) {
    return touched.contains(folder);
  }

  boolean allTouched(List<FolderName> folders) {
    return folders.stream().allMatch(f -> touched.contains(f.toString()));
  }

  /** Forgets a partition; the files follow with the next {@link #write}. */
  synchronized void forget(String folder) {
    boolean known = recoveryPoints.remove(folder) != null;
    known |= logStarts.remove(folder) != null;
    known |= highWatermarks.remove(folder) != null;
    known |= cleaned.remove(folder) != null;
    if (known) {
      stale.add(folder);
    }
  }

  /** Whether the files may have what was forgotten: a new log of that name would look damaged. */
  boolean isStale(String folder) {
    return stale.contains(folder);
  }

  /** Where compaction of a partition goes on, null if it never ran. */
  synchronized Long cleanedUpTo(String folder) {
    return cleaned.get(folder);
  }

  /** Returns when the offset is on stable storage. */
  synchronized void cleaned(String folder, long offset) throws IOException {
    cleaned.put(folder, offset);
    OffsetCheckpoint.write(disk, directory.resolve(CLEANED), new TreeMap<>(cleaned));
  }

  /** Returns when all three files are on stable storage. */
  synchronized void write(Map<String, Offsets> open) throws IOException {
    writeRecoveryPoints(open);
    open.forEach(
        (folder, offsets) -> {
          // As Kafka: only where the segments do not say it.
          if (offsets.logStart() > offsets.firstSegment()) {
            logStarts.put(folder, offsets.logStart());
          } else {
            logStarts.remove(folder);
          }
          highWatermarks.put(folder, offsets.highWatermark());
        });
    OffsetCheckpoint.write(disk, directory.resolve(LOG_STARTS), new TreeMap<>(logStarts));
    OffsetCheckpoint.write(disk, directory.resolve(HIGH_WATERMARKS), new TreeMap<>(highWatermarks));
    if (!stale.isEmpty()) {
      OffsetCheckpoint.write(disk, directory.resolve(CLEANED), new TreeMap<>(cleaned));
      stale.clear();
    }
  }

  synchronized void writeRecoveryPoints(Map<String, Offsets> open) throws IOException {
    open.forEach((folder, offsets) -> recoveryPoints.put(folder, offsets.recoveryPoint()));
    OffsetCheckpoint.write(disk, directory.resolve(RECOVERY_POINTS), new TreeMap<>(recoveryPoints));
  }

  /** What an open log has at the moment. */
  record Offsets(long recoveryPoint, long logStart, long firstSegment, long highWatermark) {}
}

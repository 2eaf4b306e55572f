package io.myelin.log.store;

import io.myelin.env.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts cleaned segments in the place of those that they were made of. Shard-confined.
 *
 * <p>Crash rule, as in Kafka: once {@code .log.swap} is there, the replacement is finished by the
 * next start; before, it is undone. Each step is durable before the next one begins.
 */
final class SegmentSwap {
  private static final List<String> INDEXES =
      List.of(FileNames.INDEX, FileNames.TIME_INDEX, FileNames.TXN_INDEX);

  private SegmentSwap() {}

  /** Returns false, having changed nothing, if the log is not what it was any more. */
  static boolean replace(StoredLog log, Compaction.Replacement replacement) throws IOException {
    if (log.flusher.isClosed()) {
      return false;
    }
    List<Segment> segments = new ArrayList<>(List.of(log.parts.segments));
    int at = segments.indexOf(replacement.old().getFirst());
    int end = at + replacement.old().size();
    if (at < 0 || end >= segments.size() || !segments.subList(at, end).equals(replacement.old())) {
      return false;
    }
    Folder folder = log.folder;
    Disk disk = folder.disk();
    for (Segment old : replacement.old()) {
      old.pinAll();
    }
    // The log last: its name is what recovery goes by.
    renameAll(folder, replacement.baseOffset(), FileNames.CLEANED, FileNames.SWAP);
    disk.syncDirectory(folder.path());
    for (Segment old : replacement.old()) {
      old.renameForDeletion(old.baseOffset != replacement.baseOffset());
    }
    disk.syncDirectory(folder.path());
    renameAll(folder, replacement.baseOffset(), FileNames.SWAP, "");
    disk.syncDirectory(folder.path());
    Segment fresh = new Segment(folder, replacement.baseOffset(), 0);
    fresh.size = replacement.size();
    segments.subList(at, end).clear();
    segments.add(at, fresh);
    log.parts.segments = segments.toArray(Segment[]::new);
    log.parts.inactiveBytes += fresh.size;
    for (Segment old : replacement.old()) {
      log.parts.inactiveBytes -= old.size;
    }
    log.publish();
    Deletion.later(log, replacement.old());
    return true;
  }

  private static void renameAll(Folder folder, long base, String from, String to)
      throws IOException {
    for (String suffix : INDEXES) {
      try {
        folder.disk().rename(folder.file(base, suffix + from), folder.file(base, suffix + to));
      } catch (NoSuchFileException e) {
        // Without aborted transactions there is no such index.
        continue;
      }
    }
    folder
        .disk()
        .rename(folder.file(base, FileNames.LOG + from), folder.file(base, FileNames.LOG + to));
  }
}

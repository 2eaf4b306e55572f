package io.myelin.log.store;

import io.myelin.env.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Finishes or undoes what a crash interrupted, by Kafka's rules: files marked for deletion go;
 * {@code .cleaned} files are an unfinished compaction and go; {@code .swap} files are a finished
 * one that replaces the segments of its range.
 */
final class LeftoverFiles {
  private LeftoverFiles() {}

  /** Whether anything had to be done. */
  static boolean cleanUp(Folder folder, Set<String> names) throws IOException {
    boolean changed = false;
    long firstCleaned = Long.MAX_VALUE;
    for (String name : names) {
      if (name.endsWith(FileNames.CLEANED)) {
        firstCleaned = Math.min(firstCleaned, FileNames.offsetOf(name));
      }
    }
    Disk disk = folder.disk();
    for (String name : names) {
      boolean halfSwap = name.endsWith(FileNames.SWAP) && FileNames.offsetOf(name) >= firstCleaned;
      if (halfSwap
          || name.endsWith(FileNames.CLEANED)
          || name.endsWith(FileNames.DELETED)
          || name.endsWith(".tmp")) {
        disk.deleteIfExists(folder.path().resolve(name));
        changed = true;
      }
    }
    return finishSwap(folder, names, firstCleaned) || changed;
  }

  private static boolean finishSwap(Folder folder, Set<String> names, long firstCleaned)
      throws IOException {
    Disk disk = folder.disk();
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (String name : names) {
      if (name.endsWith(FileNames.LOG + FileNames.SWAP)
          && FileNames.offsetOf(name) < firstCleaned) {
        from = Math.min(from, FileNames.offsetOf(name));
        to = Math.max(to, endOf(folder, name));
      }
    }
    boolean changed = false;
    for (String name : names) {
      long offset = FileNames.offsetOf(name);
      boolean replaced =
          FileNames.is(name, FileNames.LOG)
              || FileNames.is(name, FileNames.INDEX)
              || FileNames.is(name, FileNames.TIME_INDEX)
              || FileNames.is(name, FileNames.TXN_INDEX);
      if (replaced && offset >= from && offset < to) {
        disk.deleteIfExists(folder.path().resolve(name));
        changed = true;
      }
    }
    for (String name : names) {
      if (name.endsWith(FileNames.SWAP) && FileNames.offsetOf(name) < firstCleaned) {
        Path swap = folder.path().resolve(name);
        disk.rename(
            swap,
            folder.path().resolve(name.substring(0, name.length() - FileNames.SWAP.length())));
        changed = true;
      }
    }
    return changed;
  }

  private static long endOf(Folder folder, String swapLog) throws IOException {
    long base = FileNames.offsetOf(swapLog);
    CachedFile file = new CachedFile(folder, base, FileNames.LOG + FileNames.SWAP);
    OpenFile open = file.acquire();
    try {
      HeaderScan scan = new HeaderScan(open.file, 0, open.file.size(), base);
      long end = base;
      while (scan.next()) {
        end = scan.lastOffset() + 1;
      }
      return end;
    } finally {
      open.release();
      file.forget();
    }
  }
}

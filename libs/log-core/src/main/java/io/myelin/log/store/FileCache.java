package io.myelin.log.store;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Keeps files of one log directory open while they are used often, and bounds how many. Files that
 * appends or slices hold stay open beyond the bound until they are released. Thread-safe.
 */
public final class FileCache {
  private final Disk disk;
  private final Executor closer;
  private final int openFilesMax;
  private final ArrayDeque<OpenFile> open = new ArrayDeque<>();

  public FileCache(Disk disk, Executor closer, int openFilesMax) {
    this.disk = disk;
    this.closer = closer;
    this.openFilesMax = openFilesMax;
  }

  /** Opens and returns with one reference for the cache and one for the caller. */
  OpenFile open(Path path, OpenMode mode) throws IOException {
    OpenFile file = new OpenFile(disk.open(path, mode), closer);
    file.tryAcquire();
    OpenFile evicted;
    synchronized (this) {
      open.addLast(file);
      evicted = open.size() > openFilesMax ? evictOne() : null;
    }
    if (evicted != null) {
      evicted.release();
    }
    return file;
  }

  private OpenFile evictOne() {
    for (int i = open.size(); i > 1; i--) {
      OpenFile eldest = open.pollFirst();
      if (!eldest.used) {
        return eldest;
      }
      eldest.used = false;
      open.addLast(eldest);
    }
    return open.pollFirst();
  }

  /** Drops the cache's own reference; the file closes when its users have released it. */
  void forget(OpenFile file) {
    boolean known;
    synchronized (this) {
      known = open.remove(file);
    }
    if (known) {
      file.release();
    }
  }

  synchronized int openFiles() {
    return open.size();
  }
}

package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import java.io.IOException;

/** One file of a segment, opened when somebody needs it. Thread-safe. */
final class CachedFile {
  private final Folder folder;
  private final long baseOffset;
  private final String suffix;
  private volatile OpenFile current;

  CachedFile(Folder folder, long baseOffset, String suffix) {
    this.folder = folder;
    this.baseOffset = baseOffset;
    this.suffix = suffix;
  }

  /** A reference to the open file, or null if it is not open. Never blocks. */
  OpenFile acquireIfOpen() {
    OpenFile file = current;
    return file != null && file.tryAcquire() ? file : null;
  }

  /** A reference to the open file; opens it if need be. */
  OpenFile acquire() throws IOException {
    return acquire(OpenMode.READ_WRITE);
  }

  OpenFile acquire(OpenMode mode) throws IOException {
    OpenFile file = acquireIfOpen();
    if (file != null) {
      return file;
    }
    synchronized (this) {
      file = acquireIfOpen();
      if (file == null) {
        file = folder.files().open(folder.file(baseOffset, suffix), mode);
        current = file;
      }
      return file;
    }
  }

  /** Closes the file as soon as nobody uses it. */
  synchronized void forget() {
    if (current != null) {
      folder.files().forget(current);
      current = null;
    }
  }
}

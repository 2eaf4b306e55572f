package io.myelin.log.store;

import io.myelin.env.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file that is closed when its last user lets go of it. Thread-safe.
 *
 * <p>Closing runs on a worker: the last reference to a deleted file may be dropped by an event
 * loop, and the file system frees all of its blocks then.
 */
final class OpenFile {
  final DiskFile file;
  private final Executor closer;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Set by users, cleared by the cache's sweep: a second chance before it is closed. */
  volatile boolean used;

  OpenFile(DiskFile file, Executor closer) {
    this.file = file;
    this.closer = closer;
  }

  /** Takes a reference; false if the last one is gone already. */
  boolean tryAcquire() {
    while (true) {
      int count = references.get();
      if (count == 0) {
        return false;
      }
      if (references.compareAndSet(count, count + 1)) {
        if (!used) {
          used = true;
        }
        return true;
      }
    }
  }

  void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("released more often than acquired");
    }
    if (left == 0) {
      closer.execute(this::close);
    }
  }

  private void close() {
    try {
      file.close();
    } catch (IOException e) {
      // What had to be durable was forced before; the descriptor is gone either way.
      throw new UncheckedIOException(e);
    }
  }
}

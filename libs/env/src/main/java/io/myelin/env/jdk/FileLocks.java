package io.myelin.env.jdk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locks against other processes and within this one.
 *
 * <p>Design note: POSIX drops a process's lock on a file as soon as the process closes any
 * descriptor of that file, so a second attempt must not even open it: who holds what is remembered
 * here, for the whole process.
 */
final class FileLocks {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private FileLocks() {}

  /** Null if somebody holds it. */
  static AutoCloseable tryLock(Path file) throws IOException {
    Path real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    if (!HELD.add(real)) {
      return null;
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(real, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      FileLock lock = channel.tryLock();
      locked = lock != null;
      return locked ? new Held(real, channel) : null;
    } catch (OverlappingFileLockException e) {
      return null;
    } finally {
      if (!locked) {
        release(real, channel);
      }
    }
  }

  private static void release(Path real, FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(real);
    }
  }

  private static final class Held implements AutoCloseable {
    private final Path real;
    private final FileChannel channel;

    Held(Path real, FileChannel channel) {
      this.real = real;
      this.channel = channel;
    }

    @Override
    public synchronized void close() throws IOException {
      if (channel.isOpen()) {
        release(real, channel);
      }
    }
  }
}

package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFullException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether what the page cache shows of a directory's logs is what the disk has or will get.
 *
 * <p>After a force that failed, the kernel may show what it could not write as if it had: reading
 * it proves nothing, and the next force succeeds without it. A process that has met one leaves word
 * to those after it by removing a file, which needs no room. The word need not be durable: the
 * power failure that takes it back takes the pages in question, too.
 *
 * <p>Thread-safe.
 */
final class PageCacheTrust {
  private static final String FILE = ".page-cache-sound";

  private final Disk disk;
  private final Path file;
  private volatile boolean sound;

  /**
   * @param allForced whatever the directory has was on stable storage when the process before ended
   */
  PageCacheTrust(Disk disk, Path directory, boolean allForced) throws IOException {
    this.disk = disk;
    this.file = directory.resolve(FILE);
    this.sound = allForced || disk.exists(file);
    if (sound) {
      create();
    }
  }

  private void create() throws IOException {
    try {
      disk.open(file, OpenMode.CREATE).close();
    } catch (DiskFullException e) {
      return; // the process that comes after a crash of this one will do more than it has to
    }
  }

  boolean isSound() {
    return sound;
  }

  /** A log has failed. Until all is forced again, what is only read is not to be relied on. */
  void lose() throws IOException {
    sound = false;
    disk.deleteIfExists(file);
  }
}

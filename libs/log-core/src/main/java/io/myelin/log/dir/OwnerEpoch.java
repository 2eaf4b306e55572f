package io.myelin.log.dir;

import io.myelin.env.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Which life of a broker owns the directory: a file {@code owner-epoch} with the broker epoch as
 * decimal digits. A disk that names an older life than the controller knows is an older disk. It
 * may name one life too few, where a process ended between its registration and the writing: such a
 * disk is trusted less than it deserves.
 *
 * <p>Crash rule: after a crash there is the old or the new epoch.
 */
final class OwnerEpoch {
  private static final String NAME = "owner-epoch";

  private final Disk disk;
  private final Path file;

  OwnerEpoch(Disk disk, Path directory) {
    this.disk = disk;
    this.file = directory.resolve(NAME);
  }

  /** {@link CleanMark#UNKNOWN}, which proves nothing: nobody has written one, or it is damaged. */
  long read() throws IOException {
    String content = AtomicFile.read(disk, file);
    return content != null && content.matches("\\d{1,18}\n")
        ? Long.parseLong(content.trim())
        : CleanMark.UNKNOWN;
  }

  void write(long brokerEpoch) throws IOException {
    AtomicFile.write(disk, file, brokerEpoch + "\n");
  }
}

package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Small text files that are replaced as a whole: after a crash there is the old or the new content,
 * never a mixture.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Returns when the new content is on stable storage, under the file's name. */
  public static void write(Disk disk, Path file, String content) throws IOException {
    replace(disk, file, content);
    disk.syncDirectory(file.getParent());
  }

  /** As {@link #write}, but the name is durable only once the caller has synced the directory. */
  public static void replace(Disk disk, Path file, String content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (DiskFile out = disk.open(temporary, OpenMode.CREATE)) {
      out.truncate(0);
      out.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
      out.force();
    }
    disk.rename(temporary, file);
  }

  /** The content, or null if there is no such file. */
  public static String read(Disk disk, Path file) throws IOException {
    try (DiskFile in = disk.open(file, OpenMode.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) in.size());
      in.read(bytes, 0);
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}

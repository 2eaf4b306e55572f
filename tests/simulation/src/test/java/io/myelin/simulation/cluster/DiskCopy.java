package io.myelin.simulation.cluster;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What lies below a directory, file by file, as a backup has it. Confined to the simulation. */
final class DiskCopy {
  private final Path root;
  private final Map<Path, byte[]> files = new LinkedHashMap<>();

  private DiskCopy(Path root) {
    this.root = root;
  }

  static DiskCopy of(Disk disk, Path root) {
    DiskCopy copy = new DiskCopy(root);
    try {
      copy.read(disk, root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  static DiskCopy empty(Path root) {
    return new DiskCopy(root);
  }

  private void read(Disk disk, Path directory) throws IOException {
    for (String name : disk.list(directory)) {
      Path path = directory.resolve(name);
      if (disk.isDirectory(path)) {
        read(disk, path);
      } else {
        try (DiskFile file = disk.open(path, OpenMode.READ)) {
          ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
          file.read(bytes, 0);
          files.put(path, bytes.array());
        }
      }
    }
  }

  /** This, and nothing else, is there from now on; nobody has the directory open. */
  void putBack(Disk disk) {
    try {
      deleteAllBelow(disk, root);
      for (Map.Entry<Path, byte[]> each : files.entrySet()) {
        disk.createDirectories(each.getKey().getParent());
        try (DiskFile file = disk.open(each.getKey(), OpenMode.CREATE_NEW)) {
          file.write(ByteBuffer.wrap(each.getValue()), 0);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteAllBelow(Disk disk, Path directory) throws IOException {
    for (String name : disk.list(directory)) {
      Path path = directory.resolve(name);
      if (disk.isDirectory(path)) {
        deleteAllBelow(disk, path);
      }
      disk.deleteIfExists(path);
    }
  }
}

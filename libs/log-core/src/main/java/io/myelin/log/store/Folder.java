package io.myelin.log.store;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.env.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** A partition's folder, and what its log shares with the others of its directory. Thread-safe. */
public final class Folder {
  private final Environment environment;
  private final FileCache files;
  private final Executor workers;
  private final int warmBytesMax;
  private final Path path;

  /**
   * @param workers runs what may block: flushing rolled segments, deleting files
   * @param warmBytesMax how far behind the log end this process's own writes count as warm, bytes
   */
  public Folder(
      Environment environment, FileCache files, Executor workers, int warmBytesMax, Path path) {
    this.environment = environment;
    this.files = files;
    this.workers = workers;
    this.warmBytesMax = warmBytesMax;
    this.path = path;
  }

  public Path path() {
    return path;
  }

  public String name() {
    return path.getFileName().toString();
  }

  public Environment environment() {
    return environment;
  }

  public Disk disk() {
    return environment.disk();
  }

  FileCache files() {
    return files;
  }

  Executor workers() {
    return workers;
  }

  int warmBytesMax() {
    return warmBytesMax;
  }

  Path file(long offset, String suffix) {
    return path.resolve(FileNames.of(offset, suffix));
  }

  /** Makes the folder's entries durable. */
  void syncEntries() throws IOException {
    disk().syncDirectory(path);
  }

  /** Makes the folder itself durable: its metadata, and its entry in the log directory. */
  void syncCreation() throws IOException {
    Path metadata = path.resolve(FileNames.PARTITION_METADATA);
    if (disk().exists(metadata)) {
      try (DiskFile file = disk().open(metadata, OpenMode.READ_WRITE)) {
        file.force();
      }
    }
    disk().syncDirectory(path.getParent());
  }
}

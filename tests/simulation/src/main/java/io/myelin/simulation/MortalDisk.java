package io.myelin.simulation;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A disk that asks before each access whether its process still lives. */
final class MortalDisk implements Disk {
  private final Disk disk;
  private final Runnable check;

  /**
   * @param check throws if the process does not live any more
   */
  MortalDisk(Disk disk, Runnable check) {
    this.disk = disk;
    this.check = check;
  }

  @Override
  public DiskFile open(Path file, OpenMode mode) throws IOException {
    check.run();
    return new MortalFile(disk.open(file, mode));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    check.run();
    return disk.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    check.run();
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    check.run();
    return disk.isDirectory(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    check.run();
    disk.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    check.run();
    disk.rename(from, to);
  }

  @Override
  public void deleteIfExists(Path path) throws IOException {
    check.run();
    disk.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    check.run();
    disk.syncDirectory(directory);
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    check.run();
    return disk.usableBytes(path);
  }

  @Override
  public long totalBytes(Path path) throws IOException {
    check.run();
    return disk.totalBytes(path);
  }

  @Override
  public String cacheIdentity(Path path) throws IOException {
    check.run();
    return disk.cacheIdentity(path);
  }

  @Override
  public AutoCloseable tryLock(Path file) throws IOException {
    check.run();
    return disk.tryLock(file);
  }

  private final class MortalFile implements DiskFile {
    private final DiskFile file;

    MortalFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
      check.run();
      return file.read(dst, position);
    }

    @Override
    public long write(ByteBuffer[] srcs, int count, long position) throws IOException {
      check.run();
      return file.write(srcs, count, position);
    }

    @Override
    public void force() throws IOException {
      check.run();
      file.force();
    }

    @Override
    public long size() throws IOException {
      check.run();
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      check.run();
      file.truncate(size);
    }

    @Override
    public void warm(long position, long length) throws IOException {
      check.run();
      file.warm(position, length);
    }

    @Override
    public Optional<FileChannel> channel() {
      return file.channel();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}

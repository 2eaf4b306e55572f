package io.myelin.simulation;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Has another disk do what it is asked for; whoever extends it says what is different. */
class ForwardingDisk implements Disk {
  private final Disk disk;

  ForwardingDisk(Disk disk) {
    this.disk = disk;
  }

  /** Comes before each access. */
  void accessed() {}

  void force(DiskFile file) throws IOException {
    file.force();
  }

  @Override
  public DiskFile open(Path file, OpenMode mode) throws IOException {
    accessed();
    return new ForwardingFile(disk.open(file, mode));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    accessed();
    return disk.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    accessed();
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    accessed();
    return disk.isDirectory(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    accessed();
    disk.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    accessed();
    disk.rename(from, to);
  }

  @Override
  public void deleteIfExists(Path path) throws IOException {
    accessed();
    disk.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    accessed();
    disk.syncDirectory(directory);
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    accessed();
    return disk.usableBytes(path);
  }

  @Override
  public long totalBytes(Path path) throws IOException {
    accessed();
    return disk.totalBytes(path);
  }

  @Override
  public String cacheIdentity(Path path) throws IOException {
    accessed();
    return disk.cacheIdentity(path);
  }

  @Override
  public AutoCloseable tryLock(Path file) throws IOException {
    accessed();
    return disk.tryLock(file);
  }

  private final class ForwardingFile implements DiskFile {
    private final DiskFile file;

    ForwardingFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
      accessed();
      return file.read(dst, position);
    }

    @Override
    public long write(ByteBuffer[] srcs, int count, long position) throws IOException {
      accessed();
      return file.write(srcs, count, position);
    }

    @Override
    public void force() throws IOException {
      accessed();
      ForwardingDisk.this.force(file);
    }

    @Override
    public long size() throws IOException {
      accessed();
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      accessed();
      file.truncate(size);
    }

    @Override
    public void warm(long position, long length) throws IOException {
      accessed();
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

package io.myelin.sim;

import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** An open file of a {@link SimDisk}; dead after the disk's next crash. */
final class SimDiskFile implements DiskFile {
  private final SimDisk disk;
  private final Path path;
  private final Inode inode;
  private final boolean writable;
  private final int life;
  private boolean closed;

  SimDiskFile(SimDisk disk, Path path, Inode inode, boolean writable, int life) {
    this.disk = disk;
    this.path = path;
    this.inode = inode;
    this.writable = writable;
    this.life = life;
  }

  @Override
  public int read(ByteBuffer dst, long position) throws IOException {
    synchronized (disk) {
      requireOpen();
      disk.faults().check(DiskOperation.READ, path, dst.remaining());
      return inode.content().read(dst, position);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int count, long position) throws IOException {
    synchronized (disk) {
      requireWritable();
      byte[] bytes = gather(srcs, count);
      if (disk.faults().fails(DiskOperation.WRITE, path, bytes.length)) {
        store(bytes, position, disk.random().nextInt(bytes.length + 1));
        throw DiskFaults.error(DiskOperation.WRITE, path);
      }
      long stored = store(bytes, position, bytes.length);
      if (stored < bytes.length) {
        throw new DiskFullException("Cannot write to " + path + ": no space left", null);
      }
      for (int i = 0; i < count; i++) {
        srcs[i].position(srcs[i].limit());
      }
      return stored;
    }
  }

  private static byte[] gather(ByteBuffer[] srcs, int count) {
    int length = 0;
    for (int i = 0; i < count; i++) {
      length += srcs[i].remaining();
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int remaining = srcs[i].remaining();
      srcs[i].get(srcs[i].position(), bytes, at, remaining);
      at += remaining;
    }
    return bytes;
  }

  /** Stores as much of it as there is room for. */
  private long store(byte[] bytes, long position, int length) {
    long size = inode.content().size();
    long growth = Math.max(0, position + length - size);
    long granted = length == 0 ? 0 : disk.allocate(growth);
    long fitting = Math.max(0, length - (growth - granted));
    if (fitting == 0) {
      disk.free(granted);
      return 0;
    }
    byte[] kept = fitting == bytes.length ? bytes : Arrays.copyOf(bytes, (int) fitting);
    inode.write(position, kept);
    return fitting;
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      requireOpen();
      if (disk.faults().fails(DiskOperation.FORCE, path, 0)) {
        inode.failForce();
        throw DiskFaults.error(DiskOperation.FORCE, path);
      }
      if (!disk.canForce(inode)) {
        inode.failForce();
        throw new IOException("Cannot force " + path + ": no space left on device");
      }
      inode.force();
    }
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      requireOpen();
      return inode.content().size();
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    synchronized (disk) {
      requireWritable();
      disk.faults().check(DiskOperation.TRUNCATE, path, 0);
      disk.free(Math.max(0, inode.content().size() - size));
      inode.truncate(size);
    }
  }

  @Override
  public void warm(long position, long length) throws IOException {
    synchronized (disk) {
      requireOpen();
      disk.faults().check(DiskOperation.READ, path, length);
    }
  }

  @Override
  public Optional<FileChannel> channel() {
    return Optional.empty();
  }

  @Override
  public void close() {
    synchronized (disk) {
      if (!closed && life == disk.life()) {
        inode.openHandles--;
        disk.freeIfUnused(inode);
      }
      closed = true;
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed || life != disk.life()) {
      throw new ClosedChannelException();
    }
  }

  private void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!writable) {
      throw new NonWritableChannelException();
    }
  }
}

package io.myelin.broker.net;

import io.myelin.env.DiskFile;
import io.myelin.log.FileSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Slices of a file with known content, which count their releases. */
final class TestingSlices implements AutoCloseable {
  private final FileChannel file;
  private final boolean zeroCopy;
  final Semaphore released = new Semaphore(0);

  TestingSlices(Path path, byte[] content) throws IOException {
    this(path, content, true);
  }

  TestingSlices(Path path, byte[] content, boolean zeroCopy) throws IOException {
    Files.write(path, content);
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.zeroCopy = zeroCopy;
  }

  FileSlice slice(long position, int length) {
    return new FileSlice() {
      @Override
      public DiskFile file() {
        return new ReadOnly();
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public void release() {
        released.release();
      }
    };
  }

  void awaitReleased(int slices) throws InterruptedException {
    if (!released.tryAcquire(slices, 10, TimeUnit.SECONDS)) {
      throw new AssertionError(released.availablePermits() + " of " + slices + " released");
    }
    if (released.availablePermits() > 0) {
      throw new AssertionError("released more than " + slices);
    }
    if (!file.isOpen()) {
      throw new AssertionError("the file has been closed");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private final class ReadOnly implements DiskFile {
    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
      int before = dst.position();
      long at = position;
      while (dst.hasRemaining()) {
        int got = file.read(dst, at);
        if (got < 0) {
          break;
        }
        at += got;
      }
      return dst.position() - before;
    }

    @Override
    public long write(ByteBuffer[] srcs, int count, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void warm(long position, long length) {}

    @Override
    public Optional<FileChannel> channel() {
      return zeroCopy ? Optional.of(file) : Optional.empty();
    }

    @Override
    public void close() {}
  }
}

package io.myelin.env.jdk;

import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file on a {@link FileChannel}.
 *
 * <p>Interrupts: the JDK closes a channel whose user is interrupted. The threads of {@link
 * JdkThreads} ignore interrupts; on any other thread an interrupt that is pending at the call is
 * set aside until its end. What remains is a foreign thread that is interrupted in the middle of a
 * call: do not do that.
 */
final class JdkDiskFile implements DiskFile {
  /** The kernel takes no more buffers at once (IOV_MAX). */
  private static final int BUFFERS_PER_WRITE_MAX = 1024;

  /** 1 MiB: a thread that warms is not away for longer than a disk takes for this. */
  private static final long WARM_PIECE_BYTES = 1 << 20;

  private static final int WARM_BUFFER_BYTES = 64 << 10;
  private static final long POSITION_UNKNOWN = -1;

  private final Path path;
  private final FileChannel channel;
  private final NullSink nullSink;

  /** Where the channel stands: spares a system call before each write at the end. */
  private long channelPosition = POSITION_UNKNOWN;

  JdkDiskFile(Path path, FileChannel channel, NullSink nullSink) {
    this.path = path;
    this.channel = channel;
    this.nullSink = nullSink;
  }

  @Override
  public int read(ByteBuffer dst, long position) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      int total = 0;
      while (dst.hasRemaining()) {
        int count = channel.read(dst, position + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int count, long position) throws IOException {
    boolean interrupted = Thread.interrupted();
    long length = remaining(srcs, count);
    boolean done = false;
    try {
      if (count == 1) {
        writeOne(srcs[0], position);
      } else {
        gather(srcs, count, position);
      }
      done = true;
      return length;
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw DiskErrors.classify(e, "Cannot write to " + path, store(), remaining(srcs, count));
    } finally {
      if (!done) {
        channelPosition = POSITION_UNKNOWN;
      }
      restore(interrupted);
    }
  }

  private void writeOne(ByteBuffer src, long position) throws IOException {
    long at = position;
    while (src.hasRemaining()) {
      at += channel.write(src, at);
    }
  }

  private void gather(ByteBuffer[] srcs, int count, long position) throws IOException {
    if (channelPosition != position) {
      channel.position(position);
    }
    long at = position;
    int first = 0;
    while (first < count) {
      if (!srcs[first].hasRemaining()) {
        first++;
      } else {
        at += channel.write(srcs, first, Math.min(count - first, BUFFERS_PER_WRITE_MAX));
      }
    }
    channelPosition = at;
  }

  private static long remaining(ByteBuffer[] srcs, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += srcs[i].remaining();
    }
    return sum;
  }

  private FileStore store() {
    try {
      return Files.getFileStore(path);
    } catch (IOException e) {
      // Asked for only to explain another error, which the caller gets as it is.
      return null;
    }
  }

  @Override
  public void force() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      // Not the metadata: the size that is needed to read the bytes is synced all the same. An
      // error for want of room stays a plain one: it is not worth another attempt.
      channel.force(false);
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public long size() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return channel.size();
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    boolean interrupted = Thread.interrupted();
    channelPosition = POSITION_UNKNOWN;
    try {
      channel.truncate(size);
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public void warm(long position, long length) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      FileChannel sink = nullSink.channel();
      if (sink == null) {
        warmByReading(position, length);
      } else {
        warmByTransfer(sink, position, length);
      }
    } finally {
      restore(interrupted);
    }
  }

  private void warmByTransfer(FileChannel sink, long position, long length) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      long count = channel.transferTo(at, Math.min(end - at, WARM_PIECE_BYTES), sink);
      if (count <= 0) {
        return;
      }
      at += count;
    }
  }

  private void warmByReading(long position, long length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(length, WARM_BUFFER_BYTES));
    long end = position + length;
    for (long at = position; at < end; ) {
      buffer.clear().limit((int) Math.min(end - at, buffer.capacity()));
      int count = channel.read(buffer, at);
      if (count < 0) {
        return;
      }
      at += count;
    }
  }

  @Override
  public Optional<FileChannel> channel() {
    return Optional.of(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

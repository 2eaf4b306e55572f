package io.myelin.env;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * An open file. Reads at positions are thread-safe; writes, truncation and closing belong to one
 * owner at a time. A call on a closed file throws {@link java.nio.channels.ClosedChannelException}.
 */
public interface DiskFile extends Closeable {

  /**
   * Reads at {@code position} until {@code dst} is full or the file ends; returns the bytes read, 0
   * at the end.
   */
  int read(ByteBuffer dst, long position) throws IOException;

  /**
   * Writes all remaining bytes of the sources, one after the other, from {@code position} on;
   * returns how many that were. On an error the file may hold a part of them: the caller truncates
   * or gives the file up.
   */
  long write(ByteBuffer[] srcs, int count, long position) throws IOException;

  default long write(ByteBuffer src, long position) throws IOException {
    return write(new ByteBuffer[] {src}, 1, position);
  }

  /**
   * Returns when the file's bytes and size are on stable storage. After an error nothing is known
   * about them, and nothing ever will be by forcing again: the kernel may have dropped what it
   * could not write, and the next force succeeds without it. So a force never throws {@link
   * DiskFullException}, also where file systems find out only now that there is no room.
   */
  void force() throws IOException;

  long size() throws IOException;

  /** Cuts the file to {@code size} bytes; no effect when it is shorter. */
  void truncate(long size) throws IOException;

  /**
   * Pulls a range into the page cache; returns when it is there. Blocks as long as the disk takes.
   */
  void warm(long position, long length) throws IOException;

  /**
   * The channel for zero-copy transfers, where the file has one; its position and lifetime are this
   * object's.
   */
  Optional<FileChannel> channel();

  /** Closes; the bytes written stay in the page cache and are not forced. Idempotent. */
  @Override
  void close() throws IOException;
}

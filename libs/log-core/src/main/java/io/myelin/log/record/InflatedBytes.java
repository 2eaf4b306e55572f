package io.myelin.log.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Reads the records of a compressed batch as they inflate, through a small window, so that neither
 * a length that lies nor a bomb costs memory. Confined to one thread; {@link #close} gives the
 * buffers back.
 */
final class InflatedBytes implements AutoCloseable {
  /** Producers build a batch in a buffer whose size is an int: more is no batch, but a bomb. */
  static final long BYTES_MAX = Integer.MAX_VALUE;

  private final Scratch scratch;
  private final byte[] window;
  private final InputStream in;
  private boolean closed;
  private int at;
  private int end;
  // Inflated bytes before the window.
  private long base;

  /**
   * @param batch index of a batch whose codec is {@code type}
   * @throws InvalidBatchException if the codec's header is damaged
   */
  InflatedBytes(ByteBuffer buffer, int batch, int sizeInBytes, CompressionType type) {
    scratch = Scratch.borrow();
    window = scratch.window;
    ByteBuffer packed =
        buffer.slice(batch + BatchLayout.RECORDS, sizeInBytes - BatchLayout.RECORDS);
    try {
      in = Compression.input(type, packed, scratch);
    } catch (IOException | RuntimeException e) {
      scratch.giveBack();
      throw undecodable(e);
    }
  }

  private static InvalidBatchException undecodable(Exception e) {
    return new InvalidBatchException("The records cannot be decompressed: " + e.getMessage(), e);
  }

  /** Inflated bytes consumed so far. */
  long position() {
    return base + at;
  }

  /** Whether there is at least one more byte. */
  boolean hasMore() {
    return at < end || fill();
  }

  private boolean fill() {
    base += end;
    at = 0;
    end = 0;
    if (base > BYTES_MAX) {
      throw new InvalidBatchException("The records inflate to more than " + BYTES_MAX + " bytes");
    }
    try {
      int count = in.read(window, 0, window.length);
      // A codec may return nothing from a block that is empty.
      while (count == 0) {
        count = in.read(window, 0, window.length);
      }
      if (count < 0) {
        return false;
      }
      end = count;
      return true;
    } catch (IOException | RuntimeException e) {
      throw undecodable(e);
    }
  }

  byte get() {
    if (at == end && !fill()) {
      throw new InvalidBatchException("The records end before the declared count is reached");
    }
    return window[at++];
  }

  int varint() {
    int raw = 0;
    for (int shift = 0; shift < 7 * Varint.INT_BYTES_MAX; shift += 7) {
      byte b = get();
      raw |= (b & 0x7F) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }

  long varlong() {
    long raw = 0;
    for (int shift = 0; shift < 7 * Varint.LONG_BYTES_MAX; shift += 7) {
      byte b = get();
      raw |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return Varint.unzigzag(raw);
      }
    }
    throw Varint.endless();
  }

  void skip(int count) {
    int left = count;
    while (left > end - at) {
      left -= end - at;
      at = end;
      if (!fill()) {
        throw new InvalidBatchException("The records end inside a key, value or header");
      }
    }
    at += left;
  }

  /** Appends exactly {@code count} bytes; the target grows only by bytes that are there. */
  void copyTo(GrowableBytes target, int count) {
    int left = count;
    while (left > 0) {
      if (!hasMore()) {
        throw new InvalidBatchException("The records end inside a record");
      }
      int chunk = Math.min(left, end - at);
      target.write(window, at, chunk);
      at += chunk;
      left -= chunk;
    }
  }

  /** Everything up to the end of the stream. */
  void transferTo(OutputStream target) throws IOException {
    while (hasMore()) {
      target.write(window, at, end - at);
      at = end;
    }
  }

  @Override
  public void close() {
    if (closed) {
      // Twice given back, the buffers would serve two batches at once.
      return;
    }
    closed = true;
    try {
      in.close();
    } catch (IOException e) {
      throw undecodable(e);
    } finally {
      scratch.giveBack();
    }
  }
}

package io.myelin.log.record;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in a heap array that grows by doubling, up to a limit. Confined to one thread. */
final class GrowableBytes extends OutputStream {
  // Arrays cannot be longer; some virtual machines keep a few words of header.
  static final int BYTES_MAX = Integer.MAX_VALUE - 8;

  private final int bytesMax;
  private byte[] bytes;
  private int size;

  GrowableBytes(int capacity) {
    this(capacity, BYTES_MAX);
  }

  /**
   * @param bytesMax writing more throws {@link TooLargeException}
   */
  GrowableBytes(int capacity, int bytesMax) {
    this.bytesMax = Math.min(bytesMax, BYTES_MAX);
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  /** Appends {@code count} bytes of undefined content and returns where they start. */
  int extend(int count) {
    if (count > bytesMax - size) {
      throw new TooLargeException("More than " + bytesMax + " bytes in one batch");
    }
    if (count > bytes.length - size) {
      long wanted = Math.max((long) size + count, Math.min(2L * bytes.length, BYTES_MAX));
      bytes = Arrays.copyOf(bytes, (int) wanted);
    }
    int start = size;
    size += count;
    return start;
  }

  @Override
  public void write(int b) {
    int at = extend(1);
    bytes[at] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    int at = extend(length);
    System.arraycopy(source, offset, bytes, at, length);
  }

  /** All remaining bytes; the source's position stays. */
  void write(ByteBuffer source) {
    int length = source.remaining();
    int at = extend(length);
    source.get(source.position(), bytes, at, length);
  }

  void writeVarint(int value) {
    int raw = Varint.zigzag(value);
    while ((raw & ~0x7F) != 0) {
      write(raw | 0x80);
      raw >>>= 7;
    }
    write(raw);
  }

  void writeVarlong(long value) {
    long raw = Varint.zigzag(value);
    while ((raw & ~0x7FL) != 0) {
      write((int) raw | 0x80);
      raw >>>= 7;
    }
    write((int) raw);
  }
}

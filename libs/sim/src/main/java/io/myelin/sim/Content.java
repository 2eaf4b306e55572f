package io.myelin.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow; gaps are zeros. */
final class Content {
  private byte[] bytes;
  private int size;

  Content() {
    this(new byte[0], 0);
  }

  private Content(byte[] bytes, int size) {
    this.bytes = bytes;
    this.size = size;
  }

  long size() {
    return size;
  }

  Content copy() {
    return new Content(Arrays.copyOf(bytes, size), size);
  }

  int read(ByteBuffer dst, long position) {
    if (position >= size) {
      return 0;
    }
    int count = (int) Math.min(dst.remaining(), size - position);
    dst.put(bytes, (int) position, count);
    return count;
  }

  void write(long position, byte[] src, int from, int length) {
    extend(position + length);
    System.arraycopy(src, from, bytes, (int) position, length);
  }

  /** Makes it at least that long. */
  void extend(long newSize) {
    int end = Math.toIntExact(newSize);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, Math.max(64, 2 * bytes.length)));
    }
    size = Math.max(size, end);
  }

  void truncate(long newSize) {
    if (newSize < size) {
      Arrays.fill(bytes, (int) newSize, size, (byte) 0);
      size = (int) newSize;
    }
  }

  void flipBit(long position, int bit) {
    if (position < size) {
      bytes[(int) position] ^= (byte) (1 << bit);
    }
  }
}

package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * Buffers that a thread reuses from batch to batch. Borrowed and given back, so that two batches
 * open at once on one thread do not share them: the second gets fresh ones.
 */
final class Scratch {
  /** Inflated bytes on their way to the parser. */
  static final int WINDOW_BYTES = 16 * 1024;

  // 4 MiB: the largest block of an LZ4 frame. Larger buffers are left to the collector.
  private static final int KEPT_BYTES_MAX = 4 * 1024 * 1024;

  private static final ThreadLocal<Scratch> FREE = new ThreadLocal<>();

  final byte[] window = new byte[WINDOW_BYTES];
  private byte[] packed = new byte[0];
  private byte[] unpacked = new byte[0];
  private ByteBuffer block = ByteBuffer.allocate(0);

  private Scratch() {}

  static Scratch borrow() {
    Scratch free = FREE.get();
    if (free == null) {
      return new Scratch();
    }
    FREE.remove();
    return free;
  }

  void giveBack() {
    if (packed.length > KEPT_BYTES_MAX) {
      packed = new byte[0];
    }
    if (unpacked.length > KEPT_BYTES_MAX) {
      unpacked = new byte[0];
    }
    FREE.set(this);
  }

  /** For a codec's block as it came. */
  byte[] packed(int bytes) {
    if (packed.length < bytes) {
      packed = new byte[bytes];
    }
    return packed;
  }

  /** For a codec's block when it is decompressed. */
  byte[] unpacked(int bytes) {
    if (unpacked.length < bytes) {
      unpacked = new byte[bytes];
    }
    return unpacked;
  }

  /** {@link #unpacked} as a buffer. */
  ByteBuffer unpackedBlock(int bytes) {
    byte[] array = unpacked(bytes);
    if (block.array() != array) {
      block = ByteBuffer.wrap(array);
    }
    return block.clear();
  }
}

package io.myelin.log.clean;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): as fast as a hash for tables
 * on short keys, and nobody who does not know its own key can find two inputs with one hash.
 * Confined to one thread; the result is read from {@link #low} and {@link #high}.
 */
final class SipHash128 {
  private static final int FINAL_ROUNDS = 4;

  private final long key0;
  private final long key1;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long low;
  private long high;

  SipHash128(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** Position to limit; the position does not move. */
  void hash(ByteBuffer input) {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
    boolean swap = input.order() == ByteOrder.BIG_ENDIAN;
    int at = input.position();
    int end = input.limit();
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      long word = input.getLong(at);
      absorb(swap ? Long.reverseBytes(word) : word);
    }
    long last = (long) input.remaining() << 56;
    for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
      last |= (input.get(at) & 0xFFL) << shift;
    }
    absorb(last);
    v2 ^= 0xee;
    low = finish();
    v1 ^= 0xdd;
    high = finish();
  }

  private void absorb(long word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  private long finish() {
    for (int i = 0; i < FINAL_ROUNDS; i++) {
      round();
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }

  long low() {
    return low;
  }

  long high() {
    return high;
  }
}

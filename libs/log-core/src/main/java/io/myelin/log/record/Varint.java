package io.myelin.log.record;

/**
 * Zigzag variable-length integers of message format v2 (Protocol Buffers' sint32 and sint64): seven
 * bits per byte, lowest first, the top bit set on all bytes but the last.
 *
 * <p>Bits beyond the width, in the last byte of a longest number, are dropped, as Kafka does.
 */
final class Varint {
  static final int INT_BYTES_MAX = 5;
  static final int LONG_BYTES_MAX = 10;

  private Varint() {}

  static int zigzag(int value) {
    return (value << 1) ^ (value >> 31);
  }

  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static int unzigzag(int raw) {
    return (raw >>> 1) ^ -(raw & 1);
  }

  static long unzigzag(long raw) {
    return (raw >>> 1) ^ -(raw & 1);
  }

  static int size(int value) {
    int bits = 32 - Integer.numberOfLeadingZeros(zigzag(value) | 1);
    return (bits + 6) / 7;
  }

  static int size(long value) {
    int bits = 64 - Long.numberOfLeadingZeros(zigzag(value) | 1);
    return (bits + 6) / 7;
  }

  static InvalidBatchException endless() {
    return new InvalidBatchException("A variable-length number is longer than its type");
  }
}

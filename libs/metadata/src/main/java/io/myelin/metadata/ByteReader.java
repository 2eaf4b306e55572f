package io.myelin.metadata;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link ByteWriter} wrote. Lengths are checked against the bytes at hand before
 * anything is allocated. Confined to one thread.
 */
final class ByteReader {
  private final ByteBuffer buffer;

  ByteReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  int u8() {
    return buffer.get() & 0xff;
  }

  short i16() {
    return buffer.getShort();
  }

  int i32() {
    return buffer.getInt();
  }

  long i64() {
    return buffer.getLong();
  }

  String string() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    byte[] value = new byte[count(1)];
    buffer.get(value);
    return value;
  }

  /** A count (i32) of things that take at least {@code eachMin} bytes each. */
  int count(int eachMin) {
    int count = buffer.getInt();
    if (count < 0 || (long) count * eachMin > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    return count;
  }

  boolean hasRemaining() {
    return buffer.hasRemaining();
  }
}

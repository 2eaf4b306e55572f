package io.myelin.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends big-endian values to a growing array. Confined to one thread. */
final class ByteWriter {
  private byte[] bytes = new byte[128];
  private int size;

  ByteWriter u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  ByteWriter i16(int value) {
    room(2);
    ByteBuffer.wrap(bytes).putShort(size, (short) value);
    size += 2;
    return this;
  }

  ByteWriter i32(int value) {
    room(4);
    ByteBuffer.wrap(bytes).putInt(size, value);
    size += 4;
    return this;
  }

  ByteWriter i64(long value) {
    room(8);
    ByteBuffer.wrap(bytes).putLong(size, value);
    size += 8;
    return this;
  }

  /** Length (i32), then UTF-8. */
  ByteWriter string(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Length (i32), then the bytes. */
  ByteWriter bytes(byte[] value) {
    i32(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}

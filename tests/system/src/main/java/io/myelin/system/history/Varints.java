package io.myelin.system.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Numbers of seven bits a byte, low ones first; signed ones in zigzag, as in Protocol Buffers. */
final class Varints {
  private Varints() {}

  static void write(long value, DataOutput out) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static void writeSigned(long value, DataOutput out) throws IOException {
    write(value << 1 ^ value >> 63, out);
  }

  static long read(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      long next = in.readByte();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number has more than ten bytes: the file is damaged");
  }

  static long readSigned(DataInput in) throws IOException {
    long value = read(in);
    return value >>> 1 ^ -(value & 1);
  }
}

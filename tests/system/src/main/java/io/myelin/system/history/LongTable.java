package io.myelin.system.history;

import java.util.Arrays;

/** Numbers at dense indexes from 0; what was not set is the filler. Not thread-safe. */
final class LongTable {
  private final long filler;
  private long[] values = new long[16];
  private int size;

  LongTable(long filler) {
    this.filler = filler;
    Arrays.fill(values, filler);
  }

  long get(long index) {
    return index < values.length ? values[Math.toIntExact(index)] : filler;
  }

  void set(long index, long value) {
    int at = Math.toIntExact(index);
    if (at >= values.length) {
      int before = values.length;
      values = Arrays.copyOf(values, Math.max(at + 1, before + before / 2));
      Arrays.fill(values, before, values.length, filler);
    }
    values[at] = value;
    size = Math.max(size, at + 1);
  }

  /** One more than the largest index that was set. */
  int size() {
    return size;
  }
}

package io.myelin.system.history;

import java.util.Arrays;

/**
 * How far a partition was known to reach at which time. Entries come nearly in the order of their
 * times, which makes the insertion cheap. Not thread-safe.
 */
final class EndOverTime {
  private long[] timesUs = new long[16];
  private long[] ends = new long[16];
  private int size;

  void add(long timeUs, long end) {
    if (size == timesUs.length) {
      timesUs = Arrays.copyOf(timesUs, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    int at = size++;
    for (; at > 0 && timesUs[at - 1] > timeUs; at--) {
      timesUs[at] = timesUs[at - 1];
      ends[at] = ends[at - 1];
    }
    timesUs[at] = timeUs;
    ends[at] = at == 0 ? end : Math.max(end, ends[at - 1]);
    for (int later = at + 1; later < size && ends[later] < end; later++) {
      ends[later] = end;
    }
  }

  /** The furthest end of all entries before {@code timeUs}; 0 if there is none. */
  long before(long timeUs) {
    int found = Arrays.binarySearch(timesUs, 0, size, timeUs);
    int at = found >= 0 ? found : -found - 1;
    while (at > 0 && timesUs[at - 1] == timeUs) {
      at--; // of equal ones the search finds any
    }
    return at == 0 ? 0 : ends[at - 1];
  }

  long last() {
    return size == 0 ? 0 : ends[size - 1];
  }
}

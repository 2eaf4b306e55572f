package io.myelin.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A file's bytes: as the process sees them, as the platter has them, and the changes in between.
 *
 * <p>Crash model: pages reach the platter in any order, so each unsynced write survives, is lost,
 * or survives in parts: a prefix up to any byte, or page by page, each whole, not at all, or torn
 * at any byte. What lies before a surviving page and did not survive reads as zeros, and the size
 * may survive without the bytes. Changes of the size are ordered, as file systems with a journal do
 * it: where a truncation is lost, later writes beyond it are lost, too.
 */
final class Inode {
  private static final int PAGE_BYTES = 4096;

  private Content current = new Content();
  private final Content durable = new Content();
  private final List<Change> unsynced = new ArrayList<>();
  int openHandles;
  boolean linked = true;

  Content content() {
    return current;
  }

  void write(long position, byte[] bytes) {
    current.write(position, bytes, 0, bytes.length);
    unsynced.add(new Write(position, bytes));
  }

  void truncate(long size) {
    if (size < current.size()) {
      current.truncate(size);
      unsynced.add(new Truncation(size));
    }
  }

  void flipBit(long position, int bit) {
    current.flipBit(position, bit);
    durable.flipBit(position, bit);
    // An unsynced write over the byte would heal the flip when it is applied: make it agree.
    for (Change change : unsynced) {
      if (change instanceof Write write && write.covers(position)) {
        write.bytes[(int) (position - write.position)] ^= (byte) (1 << bit);
      }
    }
  }

  /** Whether something was written behind what the platter has, and needs room there. */
  boolean hasGrown() {
    return unsynced.stream()
        .anyMatch(change -> change instanceof Write write && write.end() > durable.size());
  }

  void force() {
    for (Change change : unsynced) {
      switch (change) {
        case Write write -> durable.write(write.position, write.bytes, 0, write.bytes.length);
        case Truncation truncation -> durable.truncate(truncation.size);
      }
    }
    unsynced.clear();
  }

  /**
   * Linux marks the pages clean although they were not written: this process goes on reading them,
   * and no later force brings them to the platter.
   */
  void failForce() {
    unsynced.clear();
  }

  void losePower(Crash crash, SimRandomness random) {
    if (crash == Crash.POWER_LOSS) {
      keepSome(random);
    }
    unsynced.clear();
    openHandles = 0;
    current = durable.copy();
  }

  private void keepSome(SimRandomness random) {
    long end = Long.MAX_VALUE;
    for (Change change : unsynced) {
      switch (change) {
        case Truncation truncation -> {
          if (truncation.size <= end && random.nextInt(2) == 0) {
            durable.truncate(truncation.size);
          } else {
            end = Math.min(end, truncation.size);
          }
        }
        case Write write -> keepSome(write, end, random);
      }
    }
  }

  private void keepSome(Write write, long end, SimRandomness random) {
    int length = Math.clamp(end - write.position, 0, write.bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> keep(write, 0, length);
      case 1 -> keep(write, 0, random.nextInt(length + 1));
      case 2 -> keepPages(write, length, random);
      case 3 -> durable.extend(length == 0 ? 0 : write.position + length);
      default -> {} // lost
    }
  }

  private void keepPages(Write write, int length, SimRandomness random) {
    for (int from = 0; from < length; ) {
      int inPage = (int) ((write.position + from) % PAGE_BYTES);
      int to = Math.min(length, from + PAGE_BYTES - inPage);
      int tear = from + random.nextInt(to - from + 1);
      switch (random.nextInt(5)) {
        case 0, 1 -> keep(write, from, to);
        case 2 -> keep(write, from, tear);
        case 3 -> keep(write, tear, to);
        default -> {} // lost
      }
      from = to;
    }
  }

  private void keep(Write write, int from, int to) {
    if (from < to) {
      durable.write(write.position + from, write.bytes, from, to - from);
    }
  }

  private sealed interface Change {}

  private static final class Write implements Change {
    final long position;
    final byte[] bytes;

    Write(long position, byte[] bytes) {
      this.position = position;
      this.bytes = bytes;
    }

    boolean covers(long at) {
      return at >= position && at < end();
    }

    long end() {
      return position + bytes.length;
    }
  }

  private record Truncation(long size) implements Change {}
}

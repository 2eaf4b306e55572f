package io.myelin.log.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A segment's sparse offset index, Kafka's format: per entry the last offset of a batch, relative
 * to the base offset (int32), and the position of that batch in the log file (int32); both
 * ascending. Threads: see {@link IndexFile}.
 */
final class OffsetIndex {
  static final int ENTRY_BYTES = 8;

  private final IndexFile file;
  private final long baseOffset;

  OffsetIndex(Folder folder, long baseOffset, String extra) {
    this.file = new IndexFile(folder, baseOffset, FileNames.INDEX + extra, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  IndexFile file() {
    return file;
  }

  void append(long lastOffset, int position) throws IOException {
    byte[] entry = new byte[ENTRY_BYTES];
    ByteBuffer.wrap(entry).putInt((int) (lastOffset - baseOffset)).putInt(position);
    file.append(entry);
  }

  /** Position of a batch that starts at or before the one that contains {@code offset}. */
  int positionFor(long offset) throws IOException {
    try (IndexFile.Reader reader = file.reader()) {
      int entry = floor(reader, offset);
      return entry < 0 ? 0 : reader.entry(entry).getInt(4);
    }
  }

  /** Position of the batch that the last entry on the disk names; 0 if there is none. */
  int lastPositionOnDisk() throws IOException {
    ByteBuffer last = file.lastOnDisk();
    return last == null ? 0 : last.getInt(4);
  }

  /** Number of the last entry with an offset of at most {@code offset}, or -1. */
  private int floor(IndexFile.Reader reader, long offset) throws IOException {
    int low = 0;
    int high = reader.entries() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (baseOffset + reader.entry(middle).getInt(0) <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Drops the entries for {@code offset} and everything behind it. */
  void truncateTo(long offset) throws IOException {
    int keep;
    try (IndexFile.Reader reader = file.reader()) {
      keep = floor(reader, offset - 1) + 1;
    }
    file.truncate(keep);
  }
}

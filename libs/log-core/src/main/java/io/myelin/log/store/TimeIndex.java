package io.myelin.log.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A segment's sparse time index, Kafka's format: per entry the largest timestamp so far (int64,
 * milliseconds) and the last offset of the batch that has it, relative to the base offset (int32).
 * Threads: see {@link IndexFile}.
 */
final class TimeIndex {
  static final int ENTRY_BYTES = 12;

  private final IndexFile file;
  private final long baseOffset;

  TimeIndex(Folder folder, long baseOffset, String extra) {
    this.file = new IndexFile(folder, baseOffset, FileNames.TIME_INDEX + extra, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  IndexFile file() {
    return file;
  }

  /** Adds an entry if {@code timestampMs} is larger than the last one's. */
  void appendIfLater(long timestampMs, long offset) throws IOException {
    if (timestampMs <= last().timestampMs()) {
      return;
    }
    byte[] entry = new byte[ENTRY_BYTES];
    ByteBuffer.wrap(entry).putLong(timestampMs).putInt((int) (offset - baseOffset));
    file.append(entry);
  }

  Entry last() throws IOException {
    try (IndexFile.Reader reader = file.reader()) {
      return entry(reader, reader.entries() - 1);
    }
  }

  /** The last entry with a timestamp of at most {@code timestampMs}. */
  Entry floor(long timestampMs) throws IOException {
    try (IndexFile.Reader reader = file.reader()) {
      int low = 0;
      int high = reader.entries() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (reader.entry(middle).getLong(0) <= timestampMs) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return entry(reader, high);
    }
  }

  private Entry entry(IndexFile.Reader reader, int number) throws IOException {
    if (number < 0) {
      return new Entry(-1, baseOffset);
    }
    ByteBuffer entry = reader.entry(number);
    return new Entry(entry.getLong(0), baseOffset + entry.getInt(8));
  }

  /** Drops the entries for {@code offset} and everything behind it. */
  void truncateTo(long offset) throws IOException {
    int keep;
    try (IndexFile.Reader reader = file.reader()) {
      keep = reader.entries();
      while (keep > 0 && baseOffset + reader.entry(keep - 1).getInt(8) >= offset) {
        keep--;
      }
    }
    file.truncate(keep);
  }

  /**
   * @param timestampMs -1 for the entry before the first one
   */
  record Entry(long timestampMs, long offset) {}
}

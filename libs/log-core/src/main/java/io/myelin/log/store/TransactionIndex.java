package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.log.ReadResult.AbortedTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Aborted transactions of a segment, Kafka's format; the file exists once there is one.
 *
 * <pre>
 * offset size field
 *      0    2 version (0)
 *      2    8 producer id
 *     10    8 first offset
 *     18    8 last offset (the marker's)
 *     26    8 last stable offset when the marker was written
 * </pre>
 *
 * <p>Appending and truncating belong to the log's owner, reading to anybody. In a crash the last
 * entries may be lost: recovery rebuilds them from the log.
 */
final class TransactionIndex {
  static final int ENTRY_BYTES = 34;

  private static final AbortedTransaction[] NONE = {};

  private final Folder folder;
  private final long baseOffset;
  private final String suffix;
  private volatile AbortedTransaction[] entries;

  TransactionIndex(Folder folder, long baseOffset, String extra) {
    this.suffix = FileNames.TXN_INDEX + extra;
    this.folder = folder;
    this.baseOffset = baseOffset;
  }

  /** There is no file. */
  void startEmpty() {
    entries = NONE;
  }

  /** Starts without entries, whatever the disk has; for new segments and before a rebuild. */
  synchronized void restart() throws IOException {
    folder.disk().deleteIfExists(path());
    entries = NONE;
  }

  /** Whether {@link #overlapping} will not touch the disk. */
  boolean isLoaded() {
    return entries != null;
  }

  synchronized void append(AbortedTransaction aborted) throws IOException {
    AbortedTransaction[] old = load();
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
    entry.putShort((short) 0).putLong(aborted.producerId()).putLong(aborted.firstOffset());
    entry.putLong(aborted.lastOffset()).putLong(aborted.lastStableOffset()).flip();
    try (DiskFile out = folder.disk().open(path(), OpenMode.CREATE)) {
      out.write(entry, (long) old.length * ENTRY_BYTES);
    }
    AbortedTransaction[] longer = java.util.Arrays.copyOf(old, old.length + 1);
    longer[old.length] = aborted;
    entries = longer;
  }

  /** All of them, in the order of their markers. */
  List<AbortedTransaction> entries() throws IOException {
    return List.of(load());
  }

  /** Adds those that overlap {@code [from, to)} to {@code found}. */
  void overlapping(long from, long to, List<AbortedTransaction> found) throws IOException {
    for (AbortedTransaction aborted : load()) {
      if (aborted.lastOffset() >= from && aborted.firstOffset() < to) {
        found.add(aborted);
      }
    }
  }

  /** Drops the transactions whose marker is at {@code offset} or behind it. */
  synchronized void truncateTo(long offset) throws IOException {
    AbortedTransaction[] old = load();
    int keep = old.length;
    while (keep > 0 && old[keep - 1].lastOffset() >= offset) {
      keep--;
    }
    if (keep < old.length) {
      try (DiskFile out = folder.disk().open(path(), OpenMode.READ_WRITE)) {
        out.truncate((long) keep * ENTRY_BYTES);
      }
      entries = java.util.Arrays.copyOf(old, keep);
    }
  }

  /** Returns when the entries are on stable storage. */
  synchronized void force() throws IOException {
    if (load().length > 0) {
      try (DiskFile out = folder.disk().open(path(), OpenMode.READ_WRITE)) {
        out.force();
      }
    }
  }

  private AbortedTransaction[] load() throws IOException {
    AbortedTransaction[] known = entries;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      if (entries == null) {
        entries = read();
      }
      return entries;
    }
  }

  private AbortedTransaction[] read() throws IOException {
    ByteBuffer all;
    try (DiskFile in = folder.disk().open(path(), OpenMode.READ)) {
      all = ByteBuffer.allocate((int) in.size());
      in.read(all, 0);
    } catch (NoSuchFileException e) {
      return NONE;
    }
    AbortedTransaction[] read = new AbortedTransaction[all.position() / ENTRY_BYTES];
    for (int i = 0; i < read.length; i++) {
      int at = i * ENTRY_BYTES;
      read[i] =
          new AbortedTransaction(
              all.getLong(at + 2),
              all.getLong(at + 10),
              all.getLong(at + 18),
              all.getLong(at + 26));
    }
    return read;
  }

  private java.nio.file.Path path() {
    return folder.file(baseOffset, suffix);
  }
}

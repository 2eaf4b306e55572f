package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.log.producer.ProducerState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The producer snapshots in a partition's folder, named by the offset that they end at. */
final class Snapshots {
  private Snapshots() {}

  /** Returns when the snapshot is on stable storage but for its name (the folder's entry). */
  static void write(Folder folder, long offset, ByteBuffer bytes) throws IOException {
    try (DiskFile out =
        folder.disk().open(folder.file(offset, FileNames.SNAPSHOT), OpenMode.CREATE)) {
      int size = bytes.remaining();
      out.write(bytes, 0);
      out.truncate(size);
      out.force();
    }
  }

  static TreeSet<Long> list(Folder folder) throws IOException {
    TreeSet<Long> offsets = new TreeSet<>();
    for (String name : folder.disk().list(folder.path())) {
      if (FileNames.is(name, FileNames.SNAPSHOT)) {
        offsets.add(FileNames.offsetOf(name));
      }
    }
    return offsets;
  }

  /** Deletes those of {@code known} behind {@code offset}, not durably; false if there is none. */
  static boolean deleteBehind(Folder folder, long offset, TreeSet<Long> known) throws IOException {
    NavigableSet<Long> behind = known.tailSet(offset, false);
    boolean any = !behind.isEmpty();
    for (long snapshot : behind) {
      folder.disk().deleteIfExists(folder.file(snapshot, FileNames.SNAPSHOT));
    }
    behind.clear();
    return any;
  }

  /**
   * Loads the newest valid snapshot of {@code known} that ends at {@code offset} or before, and
   * above {@code logStart}; returns where it ends, or {@code logStart} with empty state. Deletes
   * those that are not valid: later ones of the log's own making take their place.
   */
  static long loadNewest(
      Folder folder, TreeSet<Long> known, long logStart, long offset, ProducerState producers)
      throws IOException {
    producers.clear();
    Long candidate = known.floor(offset);
    while (candidate != null && candidate > logStart) {
      if (producers.load(read(folder, candidate))) {
        return candidate;
      }
      folder.disk().deleteIfExists(folder.file(candidate, FileNames.SNAPSHOT));
      known.remove(candidate);
      candidate = known.floor(offset);
    }
    return logStart;
  }

  private static ByteBuffer read(Folder folder, long offset) throws IOException {
    try (DiskFile in = folder.disk().open(folder.file(offset, FileNames.SNAPSHOT), OpenMode.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) in.size());
      in.read(bytes, 0);
      return bytes.flip();
    } catch (NoSuchFileException e) {
      return ByteBuffer.allocate(0);
    }
  }

  /** Replays the batches of {@code [from, to)} in one segment's first {@code end} bytes. */
  static void replay(Segment segment, int end, long from, long to, ProducerState producers)
      throws IOException {
    if (end == 0) {
      return;
    }
    OpenFile file = segment.log.acquire();
    try {
      Segment.Found first = segment.find(file, from, end);
      if (first == null) {
        return;
      }
      HeaderScan scan = new HeaderScan(file.file, first.position(), end, segment.baseOffset);
      while (scan.next() && scan.baseOffset() < to) {
        scan.replayInto(producers);
      }
    } finally {
      file.release();
    }
  }
}

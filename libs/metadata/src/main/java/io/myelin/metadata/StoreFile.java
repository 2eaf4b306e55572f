package io.myelin.metadata;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.MetadataStore.Versioned;
import io.myelin.metadata.StoreFrames.Frame;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.pcollections.TreePMap;

/**
 * The file of a {@link FileMetadataStore}. Confined to the store's executor; blocks on the disk.
 *
 * <p>Guarantee: what {@link #append} was given is on stable storage when it returns, and nothing of
 * it is in the file after it threw.
 *
 * <p>Crash rule: a frame is written only after the one before it was forced, so at most the last
 * one can be torn, and none of its transactions was acknowledged: it is cut off. A damaged frame
 * with an intact one behind it cannot come from a crash: the file is refused as it is. Compaction
 * writes a new file and renames it over the old one: there is always exactly one that counts.
 */
final class StoreFile {
  static final String NAME = "metadata.store";
  static final String TEMPORARY = "metadata.store.tmp";

  // 1 MiB of keys and values per frame when compacting, and what the last one has beyond it: far
  // from what a frame may have, or it would not be believed when the file is read.
  private static final int FRAME_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private DiskFile file;
  private long size;
  private long compactedSize;

  private StoreFile(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  record Opened(StoreFile file, String storeId, StoreState state) {}

  /** Opens the file of {@code directory}; makes it, with a new store id, if there is none. */
  static Opened open(Disk disk, Path directory, Supplier<String> newStoreId) throws IOException {
    disk.createDirectoriesDurably(directory);
    StoreFile opened = new StoreFile(disk, directory);
    disk.deleteIfExists(directory.resolve(TEMPORARY));
    if (!disk.exists(directory.resolve(NAME))) {
      String storeId = newStoreId.get();
      opened.compact(storeId, StoreState.EMPTY);
      return new Opened(opened, storeId, StoreState.EMPTY);
    }
    opened.file = disk.open(directory.resolve(NAME), Disk.OpenMode.READ_WRITE);
    try {
      return opened.load();
    } catch (Throwable failure) {
      opened.file.close();
      throw failure;
    }
  }

  /** One frame with all of {@code transactions}: after a crash all of them are there, or none. */
  void append(long firstRevision, List<Transaction> transactions) throws IOException {
    ByteBuffer frame = StoreFrames.transactions(firstRevision, transactions);
    int length = frame.remaining();
    try {
      file.write(frame, size);
      file.force();
    } catch (DiskFullException e) {
      undo(e);
      throw e;
    } catch (IOException e) {
      // Nothing is known about what the disk has now: only reading it anew can tell.
      throw new StoreDamagedException(
          "The metadata file "
              + directory.resolve(NAME)
              + " could not be written; restart to recover it",
          e);
    }
    size += length;
  }

  /** Whether so much was appended since the last compaction that the next one pays. */
  boolean wantsCompaction(long appendedBytesMin) {
    return size - compactedSize > Math.max(appendedBytesMin, compactedSize);
  }

  /**
   * Replaces the file by one that holds just {@code state}. Where there is no room for that, the
   * old one stays, and the next attempt comes after as many bytes as this one did. Any other error
   * leaves unknown which of two complete files has the name.
   */
  void compact(String storeId, StoreState state) throws IOException {
    Path temporary = directory.resolve(TEMPORARY);
    DiskFile next = disk.open(temporary, Disk.OpenMode.CREATE);
    long written;
    try {
      next.truncate(0);
      written = writeAll(next, storeId, state);
      next.force();
    } catch (DiskFullException e) {
      next.close();
      if (file == null) {
        throw e;
      }
      compactedSize = size;
      return;
    } catch (Throwable failure) {
      next.close();
      throw failure;
    }
    disk.rename(temporary, directory.resolve(NAME));
    disk.syncDirectory(directory);
    if (file != null) {
      file.close();
    }
    file = next;
    size = written;
    compactedSize = written;
  }

  private static long writeAll(DiskFile to, String storeId, StoreState state) throws IOException {
    long written = to.write(StoreFrames.header(storeId), 0);
    Map<String, Versioned> chunk = new LinkedHashMap<>();
    long bytes = 0;
    for (Map.Entry<String, Versioned> entry : state.entries().entrySet()) {
      chunk.put(entry.getKey(), entry.getValue());
      bytes += entry.getKey().length() + entry.getValue().value().length;
      if (bytes >= FRAME_BYTES) {
        written += to.write(StoreFrames.entries(state.revision(), chunk), written);
        chunk.clear();
        bytes = 0;
      }
    }
    return written + to.write(StoreFrames.entries(state.revision(), chunk), written);
  }

  void close() throws IOException {
    file.close();
  }

  private void undo(IOException cause) throws IOException {
    try {
      file.truncate(size);
      file.force();
    } catch (IOException e) {
      e.addSuppressed(cause);
      throw new StoreDamagedException(
          "The metadata file "
              + directory.resolve(NAME)
              + " could neither be written nor cut back; restart to recover it",
          e);
    }
  }

  /** The file's end is unknown: nothing may be appended before it has been opened again. */
  static final class StoreDamagedException extends IOException {
    StoreDamagedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private Opened load() throws IOException {
    long length = file.size();
    if (length > Integer.MAX_VALUE) {
      throw damaged("is " + length + " bytes long, which no metadata file ever gets");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    file.read(bytes, 0);
    bytes.flip();
    String storeId = null;
    StoreState state = StoreState.EMPTY;
    int position = 0;
    while (position < bytes.limit()) {
      int frameLength = StoreFrames.lengthAt(bytes, position);
      if (frameLength < 0) {
        refuseUnlessTorn(bytes, position);
        file.truncate(position);
        file.force();
        break;
      }
      try {
        switch (StoreFrames.decode(bytes, position, frameLength)) {
          case Frame.Header header -> storeId = header.storeId();
          case Frame.Entries part ->
              state = new StoreState(part.revision(), plusAll(state.entries(), part.entries()));
          case Frame.Transactions group -> state = replay(state, group, position);
        }
      } catch (BufferUnderflowException e) {
        throw new MetadataFormatException(at(position) + " is cut off", e);
      }
      position += frameLength;
    }
    if (storeId == null) {
      throw damaged("has no header");
    }
    size = position;
    rewrite(storeId, state);
    return new Opened(this, storeId, state);
  }

  /**
   * What a former process appended, or renamed, may only be in the page cache; and after a force
   * that failed, the kernel may have given up on writing it. Only new writes are sure to reach the
   * disk.
   */
  private void rewrite(String storeId, StoreState state) throws IOException {
    file.force();
    compact(storeId, state);
  }

  private StoreState replay(StoreState state, Frame.Transactions group, int position) {
    if (group.firstRevision() != state.revision() + 1) {
      throw damaged(
          "goes from revision "
              + state.revision()
              + " to "
              + group.firstRevision()
              + " at position "
              + position);
    }
    StoreState result = state;
    for (Transaction transaction : group.transactions()) {
      result = result.apply(transaction);
    }
    return result;
  }

  private void refuseUnlessTorn(ByteBuffer bytes, int position) {
    for (int p = position + 1; p <= bytes.limit() - StoreFrames.OVERHEAD; p++) {
      if (bytes.getInt(p) == StoreFrames.MAGIC && StoreFrames.lengthAt(bytes, p) > 0) {
        throw damaged(
            "is damaged at position "
                + position
                + ", with good data behind it from position "
                + p
                + ": no crash does that, the disk or somebody changed the file");
      }
    }
    if (position == 0) {
      throw damaged("has no readable header");
    }
  }

  private MetadataFormatException damaged(String what) {
    return new MetadataFormatException(
        "The metadata file "
            + directory.resolve(NAME)
            + " "
            + what
            + ". It was left as it is; restore it from a copy",
        null);
  }

  private String at(int position) {
    return "The frame at position " + position + " of " + directory.resolve(NAME);
  }

  private static TreePMap<String, Versioned> plusAll(
      TreePMap<String, Versioned> entries, Map<String, Versioned> more) {
    return entries.isEmpty() ? TreePMap.from(more) : entries.plusAll(more);
  }
}

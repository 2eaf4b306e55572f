package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/**
 * A file of entries of one size: the older ones on disk, the latest in memory until {@link
 * #writeOut}. What is lost in a crash is rebuilt from the log.
 *
 * <p>Appending and truncating belong to the log's owner, reading to anybody; writing out may come
 * from a worker at the same time.
 */
final class IndexFile {
  /** Entries go to the disk in pages of this size. */
  static final int CHUNK_BYTES = 4096;

  private static final byte[] NONE = {};
  private static final int FIRST_TAIL_BYTES = 128;

  private final Folder folder;
  private final long baseOffset;
  private final String suffix;
  private final int entryBytes;
  private final CachedFile file;
  private volatile Tail tail;

  /** What is on disk is not ours and has to be replaced even if there is no entry. */
  private boolean rewrite;

  /** Entries that are not on disk yet; {@code bytes} is only ever filled up behind count. */
  private static final class Tail {
    final int fileEntries;
    final byte[] bytes;
    volatile int count;

    Tail(int fileEntries, byte[] bytes, int count) {
      this.fileEntries = fileEntries;
      this.bytes = bytes;
      this.count = count;
    }
  }

  IndexFile(Folder folder, long baseOffset, String suffix, int entryBytes) {
    this.folder = folder;
    this.baseOffset = baseOffset;
    this.suffix = suffix;
    this.entryBytes = entryBytes;
    this.file = new CachedFile(folder, baseOffset, suffix);
  }

  /** Starts without entries, whatever the disk has; for new segments and before a rebuild. */
  synchronized void startEmpty() {
    rewrite = true;
    tail = new Tail(0, NONE, 0);
  }

  private Tail tail() throws IOException {
    Tail known = tail;
    return known != null ? known : load();
  }

  private synchronized Tail load() throws IOException {
    if (tail == null) {
      tail = new Tail((int) (sizeOnDisk() / entryBytes), NONE, 0);
    }
    return tail;
  }

  private long sizeOnDisk() throws IOException {
    OpenFile open;
    try {
      open = file.acquire();
    } catch (NoSuchFileException e) {
      return 0;
    }
    try {
      return open.file.size();
    } finally {
      open.release();
    }
  }

  /** A reference to the file, or null if there is none. */
  OpenFile acquireIfPresent() throws IOException {
    try {
      return file.acquire();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  int entries() throws IOException {
    Tail now = tail();
    return now.fileEntries + now.count;
  }

  synchronized void append(byte[] entry) throws IOException {
    Tail now = tail();
    int at = now.count * entryBytes;
    if (at + entryBytes > now.bytes.length) {
      byte[] larger = new byte[Math.max(FIRST_TAIL_BYTES, 2 * now.bytes.length)];
      System.arraycopy(now.bytes, 0, larger, 0, at);
      now = new Tail(now.fileEntries, larger, now.count);
    }
    System.arraycopy(entry, 0, now.bytes, at, entryBytes);
    now.count++;
    tail = now;
  }

  /** Whether a page of entries waits to be written out. */
  boolean chunkIsFull() {
    Tail now = tail;
    return now != null && (now.count + 1) * entryBytes > CHUNK_BYTES;
  }

  /** Writes what is in memory; {@code force}: returns when all of it is on stable storage. */
  synchronized void writeOut(boolean force) throws IOException {
    Tail now = tail();
    if (now.count == 0 && !force && !rewrite) {
      return;
    }
    long position = (long) now.fileEntries * entryBytes;
    try (DiskFile out = folder.disk().open(folder.file(baseOffset, suffix), OpenMode.CREATE)) {
      int bytes = now.count * entryBytes;
      // An empty index that was empty before has nothing to lose.
      boolean content = position + bytes > 0 || out.size() > 0;
      out.write(ByteBuffer.wrap(now.bytes, 0, bytes), position);
      // What an earlier owner left behind our entries: preallocated zeros, or a longer index.
      out.truncate(position + bytes);
      if (force && content) {
        out.force();
      }
    }
    rewrite = false;
    tail = new Tail(now.fileEntries + now.count, NONE, 0);
  }

  /** Keeps the first {@code entries}. */
  synchronized void truncate(int entries) throws IOException {
    Tail now = tail();
    if (entries >= now.fileEntries) {
      int count = Math.min(now.count, entries - now.fileEntries);
      tail =
          new Tail(now.fileEntries, java.util.Arrays.copyOf(now.bytes, count * entryBytes), count);
      return;
    }
    try (DiskFile out = folder.disk().open(folder.file(baseOffset, suffix), OpenMode.READ_WRITE)) {
      out.truncate((long) entries * entryBytes);
    }
    tail = new Tail(entries, NONE, 0);
  }

  /** Closes the file for reading as soon as nobody uses it. */
  void forget() {
    file.forget();
  }

  /**
   * The last entry on the disk, or null. Does not keep the file open: at a start, all logs are
   * asked once, and most of them not again for long.
   */
  ByteBuffer lastOnDisk() throws IOException {
    try (DiskFile in = folder.disk().open(folder.file(baseOffset, suffix), OpenMode.READ)) {
      long position = (in.size() / entryBytes - 1) * entryBytes;
      if (position < 0) {
        return null;
      }
      ByteBuffer entry = ByteBuffer.allocate(entryBytes);
      in.read(entry, position);
      return entry.flip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** A view for one search, consistent while the owner appends. Closed by the caller. */
  Reader reader() throws IOException {
    Tail now = tail();
    OpenFile open = now.fileEntries == 0 ? null : file.acquire();
    return new Reader(now, now.count, open, ByteBuffer.allocate(entryBytes));
  }

  /** Reads entries by number; confined to one thread. */
  final class Reader implements AutoCloseable {
    private final Tail view;
    private final int count;
    private final OpenFile open;
    private final ByteBuffer scratch;

    private Reader(Tail view, int count, OpenFile open, ByteBuffer scratch) {
      this.view = view;
      this.count = count;
      this.open = open;
      this.scratch = scratch;
    }

    int entries() {
      return view.fileEntries + count;
    }

    /** The entry's bytes, from position 0 on; valid until the next call. */
    ByteBuffer entry(int number) throws IOException {
      scratch.clear();
      if (number >= view.fileEntries) {
        scratch.put(0, view.bytes, (number - view.fileEntries) * entryBytes, entryBytes);
      } else if (open.file.read(scratch, (long) number * entryBytes) < entryBytes) {
        throw new IOException(folder.file(baseOffset, suffix) + " ends before entry " + number);
      }
      return scratch;
    }

    @Override
    public void close() {
      if (open != null) {
        open.release();
      }
    }
  }
}

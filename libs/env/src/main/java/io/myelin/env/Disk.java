package io.myelin.env;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories and files, by path. Thread-safe; every call may block, so none belongs on an event
 * loop.
 *
 * <p>Errors: {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.FileAlreadyExistsException}, {@link java.nio.file.AccessDeniedException} where they
 * apply, {@link DiskFullException} when there is no room, otherwise {@link IOException}.
 *
 * <p>Crash rule: creating, renaming and deleting are durable only after {@link #syncDirectory} of
 * the parent directory; a file's bytes only after {@link DiskFile#force}. Before that a crash may
 * keep them, lose them, or (bytes) keep a part.
 */
public interface Disk {

  /** Opens for reading and writing; the file is created when {@code mode} says so. */
  DiskFile open(Path file, OpenMode mode) throws IOException;

  /** Names (not paths) of a directory's entries, in no particular order. */
  List<String> list(Path directory) throws IOException;

  boolean exists(Path path);

  boolean isDirectory(Path path);

  /** Creates the directory and its missing parents; no error if it exists. */
  void createDirectories(Path directory) throws IOException;

  /**
   * Creates the directory and its missing parents, and returns when their names are durable; no
   * effect if it exists.
   */
  default void createDirectoriesDurably(Path directory) throws IOException {
    if (isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectoriesDurably(parent);
    }
    createDirectories(directory);
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /** Renames atomically within one file system, replacing an existing file. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file or an empty directory; no error if it is not there. */
  void deleteIfExists(Path path) throws IOException;

  /** Makes the directory's entries durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Bytes that this process may still write on the file system of {@code path}. */
  long usableBytes(Path path) throws IOException;

  /** Size of the file system of {@code path} in bytes. */
  long totalBytes(Path path) throws IOException;

  /**
   * Names what keeps the bytes that were written below {@code path} and not forced: the running
   * kernel, the mount, and the directory itself, which a copy that takes its place is not. As long
   * as it stays the same, a process finds them as the one before it left them; another name means
   * that they may be lost.
   */
  String cacheIdentity(Path path) throws IOException;

  /**
   * Holds {@code file} against other processes until closed or this process ends; {@code null} if
   * another one holds it.
   */
  AutoCloseable tryLock(Path file) throws IOException;

  /** How a file is opened. */
  enum OpenMode {
    /** Must exist; reads only. */
    READ,
    /** Must exist. */
    READ_WRITE,
    /** Is created if it does not exist. */
    CREATE,
    /** Must not exist. */
    CREATE_NEW
  }
}

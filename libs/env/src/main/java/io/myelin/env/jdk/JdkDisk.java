package io.myelin.env.jdk;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The machine's file systems. POSIX only: elsewhere a directory cannot be made durable, and {@link
 * #syncDirectory} says so by failing.
 */
public final class JdkDisk implements Disk {
  /** What an entry of a directory may need at most. */
  private static final long ENTRY_BYTES = 4096;

  private final NullSink nullSink = new NullSink();

  @Override
  public DiskFile open(Path file, OpenMode mode) throws IOException {
    try {
      return new JdkDiskFile(file, FileChannel.open(file, options(mode)), nullSink);
    } catch (IOException e) {
      throw classify(e, "Cannot open " + file, file);
    }
  }

  private static Set<? extends OpenOption> options(OpenMode mode) {
    return switch (mode) {
      case READ -> Set.of(StandardOpenOption.READ);
      case READ_WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
      case CREATE ->
          Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      case CREATE_NEW ->
          Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    };
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw classify(e, "Cannot create " + directory, directory);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw classify(e, "Cannot rename " + from + " to " + to, to);
    }
  }

  @Override
  public void deleteIfExists(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    return store(path).getUsableSpace();
  }

  @Override
  public long totalBytes(Path path) throws IOException {
    return store(path).getTotalSpace();
  }

  @Override
  public String cacheIdentity(Path path) throws IOException {
    return PageCache.identity(existing(path));
  }

  @Override
  public AutoCloseable tryLock(Path file) throws IOException {
    return FileLocks.tryLock(file);
  }

  private static FileStore store(Path path) throws IOException {
    return Files.getFileStore(existing(path));
  }

  /** What exists of the path: a directory that is not there yet will lie on its parent's. */
  private static Path existing(Path path) {
    Path existing = path.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  /** Errors with a type of their own (not found, exists, denied) stay what they are. */
  private static IOException classify(IOException error, String what, Path path) {
    if (!error.getClass().equals(java.nio.file.FileSystemException.class)) {
      return error;
    }
    FileStore store = null;
    try {
      store = store(path);
    } catch (IOException e) {
      error.addSuppressed(e);
    }
    return DiskErrors.classify(error, what, store, ENTRY_BYTES);
  }
}

package io.myelin.system.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own for a process, small enough to fill: a tmpfs, which only root can mount. {@link
 * #close} unmounts it, and what was on it is gone. Thread-safe, since the state is the kernel's.
 */
public final class SmallDisk implements AutoCloseable {
  // A page: whatever size the last write has, less than this is left.
  private static final byte[] BLOCK = new byte[4096];

  private final String name;
  private final Path path;

  private SmallDisk(String name, Path path) {
    this.name = name;
    this.path = path;
  }

  /**
   * @param path a folder that is made if it is not there
   */
  static SmallDisk mount(String name, Path path, long bytes)
      throws IOException, InterruptedException {
    Files.createDirectories(path);
    Command.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "myelin-test", path.toString());
    return new SmallDisk(name, path);
  }

  /** Whether this process may mount. */
  public static boolean isAllowed() throws IOException, InterruptedException {
    return Command.run("id", "-u").strip().equals("0");
  }

  /** The name of the process that has it. */
  public String name() {
    return name;
  }

  Path path() {
    return path;
  }

  /** Takes all room that is left. */
  public void fill() throws IOException {
    try (OutputStream filler = Files.newOutputStream(filler())) {
      while (true) {
        filler.write(BLOCK);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Gives the room back. */
  public void empty() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return path.resolve("filler");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Command.run("umount", path.toString());
  }
}

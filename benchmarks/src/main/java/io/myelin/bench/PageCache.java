package io.myelin.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the kernel keeps of files in memory.
 *
 * <p>A server that has run for a day has no free memory: its kernel takes a page of an old file for
 * each new one. On a virtual machine with free memory the first touch of a page is a fault of the
 * host's, which costs several times what a broker needs to write the page, and is charged to the
 * broker. Filling the memory before each broker starts takes that out, on both sides.
 */
final class PageCache {
  /** Left free for the clients and the broker itself. */
  private static final long FREE_BYTES = 640L << 20;

  private static final int READ_BYTES = 1 << 20;

  private final Path ballast;

  /** Where in the ballast the oldest pages are, which were the first to be taken. */
  private long position;

  /**
   * @param directory on a file system that knows sparse files; takes no room there
   */
  PageCache(Path directory) {
    this.ballast = directory.resolve("ballast");
  }

  /**
   * Reads a file without content until little memory is free. Some seconds, the first time more.
   */
  void fill() throws IOException {
    try (FileChannel file =
        FileChannel.open(
            ballast,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ)) {
      long size = memory("MemTotal");
      file.write(ByteBuffer.allocate(1), size);
      ByteBuffer sink = ByteBuffer.allocateDirect(READ_BYTES);
      long free = memory("MemFree");
      while (free > FREE_BYTES) {
        for (long left = (free - FREE_BYTES) / 2 + READ_BYTES; left > 0; left -= READ_BYTES) {
          file.read(sink.clear(), position);
          position = (position + READ_BYTES) % size;
        }
        free = memory("MemFree");
      }
    }
  }

  private static long memory(String what) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith(what + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/meminfo has no " + what);
  }

  /** Makes data cold without root: dd flushes each file and tells the kernel to forget it. */
  static void evict(Path directory) throws IOException, InterruptedException {
    List<Path> logs;
    try (Stream<Path> files = Files.walk(directory)) {
      logs = files.filter(file -> file.toString().endsWith(".log")).toList();
    }
    for (Path log : logs) {
      Subprocess.run(
              List.of(
                  "dd",
                  "of=" + log,
                  "oflag=nocache",
                  "conv=notrunc,fdatasync",
                  "count=0",
                  "status=none"),
              Map.of())
          .requireSuccess("evicting " + log);
    }
  }
}

package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes data cold without root: dd flushes each file and then tells the kernel to forget it. */
final class PageCache {
  private PageCache() {}

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

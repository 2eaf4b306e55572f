package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where the figures come from. Two that are equal may share a report. */
record Machine(int cores, double memoryGb, String kernel, String java) {

  static Machine here() throws IOException {
    String memory =
        Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("[^0-9]", "");
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        Math.rint(Double.parseDouble(memory) * 1024 / 1e9),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version());
  }

  String describe() {
    return String.format(
        Locale.ROOT, "%d cores, %.0f GB, %s, Java %s", cores, memoryGb, kernel, java);
  }
}

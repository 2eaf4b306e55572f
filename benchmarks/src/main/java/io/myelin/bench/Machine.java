package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Where and when the figures come from. */
record Machine(
    String started, int cores, double memoryGb, String kernel, String java, double load) {

  static Machine here() throws IOException {
    String memory =
        Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("[^0-9]", "");
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Runtime.getRuntime().availableProcessors(),
        Double.parseDouble(memory) * 1024 / 1e9,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "Started %s on %d cores, %.0f GB, %s, Java %s; load average before the first run %.1f.",
        started,
        cores,
        memoryGb,
        kernel,
        java,
        load);
  }
}

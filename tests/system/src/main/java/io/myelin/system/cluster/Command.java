package io.myelin.system.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program to its end. */
final class Command {
  private Command() {}

  /**
   * Returns what it printed.
   *
   * @throws IOException if its exit code is not 0
   */
  static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException(
          "%s ended with %d and printed:%n%s".formatted(List.of(words), exitCode, output));
    }
    return output;
  }
}

package io.myelin.system.cluster;

import java.io.IOException;
import java.io.OutputStream;
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
    return feed("", words);
  }

  /**
   * As {@link #run}.
   *
   * @param input has to fit into a pipe
   */
  static String feed(String input, String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException(
          "%s ended with %d and printed:%n%s".formatted(List.of(words), exitCode, output));
    }
    return output;
  }
}

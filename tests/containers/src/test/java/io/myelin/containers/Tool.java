package io.myelin.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Apache Kafka's own tools, on this machine. */
final class Tool {
  private static final Path BIN = Path.of(System.getProperty("myelin.home"), "bin");

  private Tool() {}

  /** Runs one to its end, and returns what it printed; its input has to fit into a pipe. */
  static String run(String input, String commandLine) throws IOException, InterruptedException {
    List<String> command = List.of((BIN + "/" + commandLine).split(" "));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed and printed:\n" + output);
    }
    return output;
  }
}

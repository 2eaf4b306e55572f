package io.myelin.system.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A {@code bin/myelin} that says when it is ready. Confined to one thread. */
record Launched(Process process, String readyLine) {

  /**
   * Returns when it printed a line that begins with {@code Myelin is ready}.
   *
   * @param log takes what it prints to its standard error
   */
  static Launched start(List<String> words, Path log) throws IOException {
    Process process =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("Myelin is ready")) {
        Thread.ofVirtual().start(() -> drain(output));
        return new Launched(process, line);
      }
    }
    throw new IOException(words + " did not start:\n" + Files.readString(log));
  }

  /** A full pipe would stop the process. */
  private static void drain(BufferedReader output) {
    try {
      String line = output.readLine();
      while (line != null) {
        line = output.readLine();
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }
}

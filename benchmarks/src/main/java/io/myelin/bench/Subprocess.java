package io.myelin.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a finished tool left behind.
 *
 * @param output standard output and standard error, in the order written
 */
record Subprocess(List<String> command, int exitCode, String output) {

  /** Runs to the end. The process dies with the harness. */
  static Subprocess run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    Cleanup.register(process);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    Cleanup.forget(process);
    return new Subprocess(command, exitCode, output);
  }

  Subprocess requireSuccess(String what) throws IOException {
    if (exitCode != 0) {
      throw new IOException(what + " failed with exit code " + exitCode + ":\n" + output);
    }
    return this;
  }
}

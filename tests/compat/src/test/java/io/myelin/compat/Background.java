package io.myelin.compat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A program that runs until it is told to stop; what it prints goes to a file. Confined to the
 * test's thread.
 */
final class Background implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final Path output;

  private Background(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static Background start(Path directory, String name, List<String> words) throws IOException {
    File output = directory.resolve(name + ".out").toFile();
    return new Background(
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start(),
        output.toPath());
  }

  /**
   * Waits for {@code condition}; fails with what the program printed when it ends before, or takes
   * too long.
   */
  void until(BooleanSupplier condition, String what) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs || process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "waited in vain for " + what + "; it printed:\n" + Files.readString(output));
      }
    }
  }

  /** Asks it to end, and waits until it has. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not stop; see " + output);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}

package io.myelin.compat;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** {@code bin/myelin up} as a process of its own, on free ports. Confined to the test's thread. */
final class MyelinProcess implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

  private final List<String> launcher;
  private final Path dataDir;
  private final int kafkaPort;
  private final int httpPort;
  private final List<String> flags;
  private Process process;

  private MyelinProcess(List<String> launcher, Path dataDir) throws IOException {
    this.launcher = launcher;
    this.dataDir = dataDir;
    this.kafkaPort = freePort();
    this.httpPort = freePort();
    this.flags = List.of("--data-dir", dataDir.toString(), "--kafka", bootstrap());
  }

  private MyelinProcess(Path dataDir, IntFunction<String> settings) throws IOException {
    this.launcher = List.of();
    this.dataDir = dataDir;
    this.kafkaPort = freePort();
    this.httpPort = freePort();
    Path file = dataDir.resolveSibling("server.properties");
    Files.writeString(file, settings.apply(kafkaPort));
    this.flags = List.of("--config", file.toString());
  }

  /** Starts on {@code dataDir} and returns when it says that it is ready. */
  static MyelinProcess start(Path dataDir) throws IOException {
    return start(List.of(), dataDir);
  }

  /**
   * @param launcher a command that runs the command that follows it
   */
  static MyelinProcess start(List<String> launcher, Path dataDir) throws IOException {
    MyelinProcess myelin = new MyelinProcess(launcher, dataDir);
    myelin.start();
    return myelin;
  }

  /**
   * With a file instead of flags, which must name {@code dataDir}.
   *
   * @param settings the file's content for a port of Kafka clients
   */
  static MyelinProcess start(Path dataDir, IntFunction<String> settings) throws IOException {
    MyelinProcess myelin = new MyelinProcess(dataDir, settings);
    myelin.start();
    return myelin;
  }

  static Path home() {
    return HOME;
  }

  String bootstrap() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** Of health, metrics and log levels. */
  URI http(String path) {
    return URI.create("http://127.0.0.1:" + httpPort + path);
  }

  Path dataDir() {
    return dataDir;
  }

  /** What it has printed, over all its lives. */
  Path log() {
    return dataDir.resolveSibling(dataDir.getFileName() + ".log");
  }

  void start() throws IOException {
    Path log = log();
    List<String> words = new ArrayList<>(launcher);
    words.addAll(
        List.of(HOME.resolve("bin/myelin").toString(), "up", "--http", "127.0.0.1:" + httpPort));
    words.addAll(flags);
    process =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader output =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Files.writeString(log, line + "\n", CREATE, APPEND);
      if (line.startsWith("Myelin is ready")) {
        keep(output, log);
        return;
      }
    }
    throw new IllegalStateException("Myelin did not start:\n" + Files.readString(log));
  }

  /** Waits until it has printed {@code text}; fails with what it printed if it does not in time. */
  void untilPrinted(String text) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    while (!Files.readString(log()).contains(text)) {
      if (System.nanoTime() > deadlineNs || process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "waited in vain for '" + text + "'; it printed:\n" + Files.readString(log()));
      }
    }
  }

  /** As Ctrl-C would. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Myelin did not stop within 30 s");
    }
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    if (process.isAlive()) {
      stop();
    }
  }

  /** A full pipe would stop the process. */
  private static void keep(BufferedReader output, Path log) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                  Files.writeString(log, line + "\n", CREATE, APPEND);
                }
              } catch (IOException e) {
                // The process has ended.
              }
            });
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

package io.myelin.compat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code bin/myelin up} as a process of its own, on free ports. Confined to the test's thread. */
final class MyelinProcess implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));

  private final Path dataDir;
  private final int kafkaPort;
  private final int httpPort;
  private Process process;

  private MyelinProcess(Path dataDir) throws IOException {
    this.dataDir = dataDir;
    this.kafkaPort = freePort();
    this.httpPort = freePort();
  }

  /** Starts on {@code dataDir} and returns when it says that it is ready. */
  static MyelinProcess start(Path dataDir) throws IOException {
    MyelinProcess myelin = new MyelinProcess(dataDir);
    myelin.start();
    return myelin;
  }

  static Path home() {
    return HOME;
  }

  String bootstrap() {
    return "127.0.0.1:" + kafkaPort;
  }

  Path dataDir() {
    return dataDir;
  }

  void start() throws IOException {
    Path log = dataDir.resolveSibling(dataDir.getFileName() + ".log");
    process =
        new ProcessBuilder(
                HOME.resolve("bin/myelin").toString(),
                "up",
                "--data-dir",
                dataDir.toString(),
                "--kafka",
                bootstrap(),
                "--http",
                "127.0.0.1:" + httpPort)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader output =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("Myelin is ready")) {
        drain(output);
        return;
      }
    }
    throw new IllegalStateException("Myelin did not start:\n" + Files.readString(log));
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

  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (output.readLine() != null) {
                  // A full pipe would stop the process.
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

package io.myelin.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A spawned broker: the part that does not depend on whose broker it is. */
final class BrokerProcess {
  private static final int READY_SECONDS_MAX = 120;
  private static final int LOG_LINES_SHOWN = 15;
  private static final int PORTS_FIRST = 26_000;
  private static final int PORTS_END = 27_000;

  private final List<String> command;
  private final Map<String, String> environment;
  private final Path directory;
  private final int port;
  private Process process;

  BrokerProcess(List<String> command, Map<String, String> environment, Path directory, int port) {
    this.command = command;
    this.environment = environment;
    this.directory = directory;
    this.port = port;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * The first of {@code count} ports in a row that nobody listens on. Below those that the system
   * gives to outgoing connections.
   */
  static int freePorts(int count) throws IOException {
    for (int base = PORTS_FIRST; base + count <= PORTS_END; base += count) {
      if (areFree(base, count)) {
        return base;
      }
    }
    throw new IOException(
        "no %d free ports from %d to %d".formatted(count, PORTS_FIRST, PORTS_END));
  }

  private static boolean areFree(int base, int count) {
    for (int port = base; port < base + count; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        continue;
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  void start() throws IOException {
    Files.createDirectories(directory);
    ProcessBuilder builder = new ProcessBuilder(command);
    withoutSettings(builder.environment());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    process = builder.start();
    Cleanup.register(process);
  }

  /** A person's own settings must not leak into one of the two brokers. */
  static void withoutSettings(Map<String, String> environment) {
    environment.keySet().removeIf(BrokerProcess::isBrokerSetting);
  }

  private static boolean isBrokerSetting(String name) {
    return name.startsWith("KAFKA_")
        || name.startsWith("MYELIN_")
        || name.equals("JDK_JAVA_OPTIONS")
        || name.equals("JAVA_TOOL_OPTIONS");
  }

  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
    while (System.nanoTime() < deadline) {
      if (ProcStat.listener(port).isPresent() && Clients.answers("127.0.0.1:" + port)) {
        return;
      }
      if (!process.isAlive()) {
        throw new IOException("the broker ended by itself:\n" + logTail());
      }
      Thread.sleep(20);
    }
    throw new IOException("no answer on port " + port + ":\n" + logTail());
  }

  long pid() throws IOException {
    return ProcStat.listener(port)
        .orElseThrow(() -> new IOException("nothing listens on port " + port + ":\n" + logTail()));
  }

  void kill() throws InterruptedException {
    if (process == null) {
      return;
    }
    List<ProcessHandle> family =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    family.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle member : family) {
      while (member.isAlive()) {
        Thread.sleep(2);
      }
    }
    process.waitFor();
    Cleanup.forget(process);
    process = null;
  }

  void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deleteTree(directory);
  }

  private Path log() {
    return directory.resolve("broker.out");
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(and its output could not be read: " + e.getMessage() + ")";
    }
  }

  static void deleteTree(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not clean up " + tree, e);
    }
  }
}

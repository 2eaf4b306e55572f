package io.myelin.metadata.etcd.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One member of a real etcd, on a directory and ports of its own. It can be killed, frozen and
 * started again with what it has on its disk.
 */
public final class EtcdProcess implements AutoCloseable {
  // Below the ports that Linux gives to outgoing connections.
  private static final int FIRST_PORT = 22_000;
  private static final int PORTS = 900;

  // Each port is given once: one that was only looked at is free for the next look as well. Begins
  // anywhere, since other processes may run tests at the same time.
  private static final AtomicInteger nextPort =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private final String name;
  private final Path directory;
  private final int clientPort = freePort();
  private final int peerPort = freePort();
  private final Thread reaper = new Thread(this::kill);
  private Process process;

  EtcdProcess(String name, Path parent) {
    this.name = name;
    this.directory = parent.resolve(name);
    // A test run that is cut short must not leave servers behind.
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + clientPort);
  }

  String peer() {
    return name + "=" + peerUrl();
  }

  private Path log() {
    return directory.resolve("etcd.log");
  }

  /** The end of what the process has printed. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "nothing that can be read: " + e.getMessage();
    }
  }

  private String peerUrl() {
    return "http://127.0.0.1:" + peerPort;
  }

  /**
   * @param cluster every member as name=peer URL, separated by commas
   */
  void start(String cluster) throws IOException {
    Files.createDirectories(directory);
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "etcd",
                "--name=" + name,
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + endpoint(),
                "--advertise-client-urls=" + endpoint(),
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + cluster,
                "--initial-cluster-token=" + directory.getParent().getFileName(),
                "--log-level=warn",
                "--logger=zap"));
    // etcd 3.4 wants to hear this on ARM; elsewhere it does not read it.
    builder.environment().put("ETCD_UNSUPPORTED_ARCH", "arm64");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException(
          "These tests need etcd (Debian: apt-get install etcd-server): " + e.getMessage(), e);
    }
  }

  /** Ends the process as kill -9 does. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /** The process keeps its connections and answers nobody. */
  public void freeze() throws IOException {
    signal("-STOP");
  }

  public void thaw() throws IOException {
    signal("-CONT");
  }

  /** Whether it has a leader and can write. */
  boolean isHealthy() {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint().resolve("/health"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.body().contains("\"true\"");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(reaper);
  }

  private void signal(String signal) throws IOException {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IOException("kill " + signal + " failed");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      int port = FIRST_PORT + nextPort.getAndIncrement() % PORTS;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: try another.
      }
    }
    throw new IllegalStateException("No port is free from " + FIRST_PORT + " on");
  }
}

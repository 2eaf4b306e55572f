package io.myelin.cli;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Which cluster, and how to reach it: options of every command that talks to one. */
final class Target {
  private static final int CONNECT_MS_MAX = 3_000;

  @Option(
      names = {"-b", "--bootstrap"},
      paramLabel = "HOST:PORT",
      defaultValue = "${env:MYELIN_BOOTSTRAP:-localhost:9092}",
      description = "Where the cluster is; MYELIN_BOOTSTRAP sets the default (${DEFAULT-VALUE}).")
  private String bootstrap;

  @Option(
      names = "--client-config",
      paramLabel = "FILE",
      description = "Properties for the Kafka client, such as those of TLS and SASL.")
  private Path file;

  @Option(
      names = {"-X", "--property"},
      paramLabel = "KEY=VALUE",
      description = "One more property for the Kafka client.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How long to wait for an answer (${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  String bootstrap() {
    return bootstrap;
  }

  int timeoutSeconds() {
    return timeoutSeconds;
  }

  Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    int timeoutMs = timeoutSeconds * 1_000;
    settings.put("bootstrap.servers", bootstrap);
    settings.put("client.id", "myelin-cli");
    settings.put("request.timeout.ms", timeoutMs);
    settings.put("default.api.timeout.ms", timeoutMs);
    // A command lives for seconds: nothing to export, nobody to push to.
    settings.put("metric.reporters", "");
    settings.put("enable.metrics.push", false);
    if (file != null) {
      settings.putAll(read(file));
    }
    settings.putAll(properties);
    return settings;
  }

  private static Map<String, Object> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UserError("could not read --client-config " + file + ": " + e);
    }
    Map<String, Object> read = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
    return read;
  }

  /**
   * Kafka's clients retry a refused connection until their timeout; a person should know at once.
   */
  void requireReachable() {
    for (String server : settings().get("bootstrap.servers").toString().split(",")) {
      if (accepts(server.trim())) {
        return;
      }
    }
    throw new UserError(unreachable());
  }

  String unreachable() {
    return "nothing answers at "
        + bootstrap
        + ". Start a broker with 'bin/myelin up', or name another one with --bootstrap HOST:PORT"
        + " or MYELIN_BOOTSTRAP.";
  }

  private static boolean accepts(String server) {
    int colon = server.lastIndexOf(':');
    if (colon <= 0 || !server.substring(colon + 1).matches("\\d{1,5}")) {
      throw new UserError(
          "--bootstrap '" + server + "' is not HOST:PORT. An example: localhost:9092");
    }
    String host = server.substring(0, colon).replaceAll("^\\[|]$", "");
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1))),
          CONNECT_MS_MAX);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}

package io.myelin.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a person asked for, put together from the file, the environment and the flags.
 *
 * @param logDirs absolute, at least one; partitions are spread over them, the cluster's metadata is
 *     in the first
 * @param kafka where the Kafka protocol listens
 * @param advertised what the broker tells clients to connect to
 * @param http where health, metrics and log levels are served
 * @param config Kafka's and our own keys, as written, for the broker to check
 */
public record Settings(
    List<Path> logDirs,
    HostPort kafka,
    HostPort advertised,
    HostPort http,
    Map<String, String> config) {

  public Settings {
    logDirs = List.copyOf(logDirs);
    config = Map.copyOf(config);
  }

  /** What a person might not expect of these settings. */
  List<String> warnings() {
    return kafka.isEveryInterface() && advertised.host().equals("localhost")
        ? List.of(
            "Every interface is listened on, and clients are told to connect to localhost: those on"
                + " other machines need --advertise HOST:PORT")
        : List.of();
  }

  /** The first log directory, or the only one. */
  public Path dataDir() {
    return logDirs.getFirst();
  }
}

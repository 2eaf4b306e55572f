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

  /** The first log directory, or the only one. */
  public Path dataDir() {
    return logDirs.getFirst();
  }
}

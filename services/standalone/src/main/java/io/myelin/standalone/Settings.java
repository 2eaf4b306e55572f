package io.myelin.standalone;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a person asked for, put together from the file, the environment and the flags.
 *
 * @param dataDir absolute; everything that must survive a restart is below it
 * @param kafka where the Kafka protocol listens
 * @param advertised what the broker tells clients to connect to
 * @param http where health, metrics and log levels are served
 * @param config Kafka's and our own keys, as written, for the broker to check
 */
public record Settings(
    Path dataDir, HostPort kafka, HostPort advertised, HostPort http, Map<String, String> config) {

  public Settings {
    config = Map.copyOf(config);
  }
}

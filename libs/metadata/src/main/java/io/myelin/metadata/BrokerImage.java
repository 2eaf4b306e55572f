package io.myelin.metadata;

import java.util.Map;
import java.util.Optional;

/**
 * A registered broker. Immutable. @param listeners host and port that clients are told, by listener
 * name
 */
public record BrokerImage(
    int id, long epoch, Map<String, Endpoint> listeners, Optional<String> rack, boolean fenced) {
  public record Endpoint(String host, int port) {}
}

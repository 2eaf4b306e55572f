package io.myelin.broker.api;

import java.util.Map;

/**
 * Kafka's feature levels, as ApiVersions tells them.
 *
 * @param supported what this process can do, by feature
 * @param finalizedEpoch increases when a finalized level changes; -1 if unknown
 * @param finalized the level that the cluster has agreed upon, by feature
 */
public record Features(
    Map<String, Range> supported, long finalizedEpoch, Map<String, Short> finalized) {
  public static final Features NONE = new Features(Map.of(), -1, Map.of());

  /** Levels from {@code min} to {@code max}, both included. */
  public record Range(short min, short max) {}
}

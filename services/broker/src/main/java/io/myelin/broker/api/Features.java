package io.myelin.broker.api;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.KnownFeatures;
import io.myelin.metadata.KnownFeatures.Range;
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

  /** Of a broker that knows nothing of its cluster. */
  public static final Features NONE = new Features(Map.of(), -1, Map.of());

  /** What this process supports, and what the cluster has finalized. */
  public static Features of(ClusterImage image) {
    return new Features(KnownFeatures.SUPPORTED, image.revision(), image.features());
  }
}

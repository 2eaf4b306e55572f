package io.myelin.broker.api;

import io.myelin.metadata.ClusterImage;
import java.util.Map;

/**
 * Kafka's feature levels, as ApiVersions tells them.
 *
 * <p>Only what is true of this process stands here. {@code group.version}, {@code
 * transaction.version}, {@code share.version}, {@code streams.version} and {@code
 * eligible.leader.replicas.version} are missing: a client takes that for level 0, the protocol
 * without them. Each comes with the part of Myelin that serves it.
 *
 * @param supported what this process can do, by feature
 * @param finalizedEpoch increases when a finalized level changes; -1 if unknown
 * @param finalized the level that the cluster has agreed upon, by feature
 */
public record Features(
    Map<String, Range> supported, long finalizedEpoch, Map<String, Short> finalized) {
  private static final String METADATA_VERSION = "metadata.version";
  private static final String KRAFT_VERSION = "kraft.version";

  /**
   * Level of Kafka 4.3's metadata (4.3-IV0), whose APIs these are. The lowest (3.3-IV3) is the one
   * that Kafka 4.3 still works with: no level between the two changes what is served here.
   */
  private static final short METADATA_LEVEL = 30;

  private static final short METADATA_LEVEL_MIN = 7;

  private static final Map<String, Range> SUPPORTED =
      Map.of(
          METADATA_VERSION, new Range(METADATA_LEVEL_MIN, METADATA_LEVEL),
          // There is no quorum whose members could change.
          KRAFT_VERSION, new Range((short) 0, (short) 0));

  /** The levels with which a new cluster begins. */
  public static final Map<String, Short> INITIAL = Map.of(METADATA_VERSION, METADATA_LEVEL);

  /** Of a broker that knows nothing of its cluster. */
  public static final Features NONE = new Features(Map.of(), -1, Map.of());

  /** Levels from {@code min} to {@code max}, both included. */
  public record Range(short min, short max) {}

  /** What this process supports, and what the cluster has finalized. */
  public static Features of(ClusterImage image) {
    return new Features(SUPPORTED, image.revision(), image.features());
  }
}

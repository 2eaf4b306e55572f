package io.myelin.metadata;

import java.util.Map;

/**
 * Kafka's feature levels that this version of Myelin can run with. Immutable.
 *
 * <p>Only what is true of this code stands here. {@code group.version}, {@code
 * transaction.version}, {@code share.version}, {@code streams.version} and {@code
 * eligible.leader.replicas.version} are missing: a client takes that for level 0, the protocol
 * without them. Each comes with the part of Myelin that serves it.
 */
public final class KnownFeatures {
  private static final String METADATA_VERSION = "metadata.version";
  private static final String KRAFT_VERSION = "kraft.version";

  /**
   * Level of Kafka 4.3's metadata (4.3-IV0), whose APIs these are. The lowest (3.3-IV3) is the one
   * that Kafka 4.3 still works with: no level between the two changes what is served here, or what
   * is stored.
   */
  private static final short METADATA_LEVEL = 30;

  private static final short METADATA_LEVEL_MIN = 7;

  /** By feature. */
  public static final Map<String, Range> SUPPORTED =
      Map.of(
          METADATA_VERSION, new Range(METADATA_LEVEL_MIN, METADATA_LEVEL),
          // There is no quorum whose members could change.
          KRAFT_VERSION, new Range((short) 0, (short) 0));

  /** The levels with which a new cluster begins. */
  public static final Map<String, Short> INITIAL = Map.of(METADATA_VERSION, METADATA_LEVEL);

  private KnownFeatures() {}

  /** Levels from {@code min} to {@code max}, both included. */
  public record Range(short min, short max) {

    /** Of a feature that is not known. */
    static final Range NONE = new Range((short) 0, (short) 0);

    public boolean contains(short level) {
      return level >= min && level <= max;
    }

    @Override
    public String toString() {
      return min == max ? String.valueOf(min) : min + "-" + max;
    }
  }

  /** Levels of {@code feature}; 0 alone if it is not known. */
  public static Range supported(String feature) {
    return SUPPORTED.getOrDefault(feature, Range.NONE);
  }
}

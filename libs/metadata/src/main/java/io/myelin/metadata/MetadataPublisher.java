package io.myelin.metadata;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Where a broker's part gets each new image from. */
public interface MetadataPublisher {

  /** The newest image. Any thread. */
  ClusterImage image();

  /**
   * {@code listener} is told each new image, in order, one call at a time, starting with the
   * present one. It must be quick.
   */
  void subscribe(Listener listener);

  interface Listener {
    void onImage(ClusterImage before, ClusterImage now);

    /**
     * The same, with what differs, so that work can follow the change and not the size of the
     * cluster. This is what the publisher calls.
     */
    default void onImage(ClusterImage before, ClusterImage now, Changes changes) {
      onImage(before, now);
    }
  }

  /**
   * Names of what was added, changed or removed between two images.
   *
   * @param topics topics with a change in themselves or their partitions
   */
  record Changes(Set<String> topics, Set<ConfigKey> configs, Set<Integer> brokers) {

    /** What differs, found by comparing everything. */
    public static Changes between(ClusterImage before, ClusterImage now) {
      return new Changes(
          different(before.topics(), now.topics()),
          different(before.configs(), now.configs()),
          different(before.brokers(), now.brokers()));
    }

    private static <K, V> Set<K> different(Map<K, V> before, Map<K, V> now) {
      Set<K> keys = new HashSet<>(before.keySet());
      keys.addAll(now.keySet());
      keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
      return keys;
    }
  }
}

package io.myelin.broker.replica;

import io.myelin.env.Clock;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kafka's replication quotas (KIP-73): how fast this broker sends to replicas that catch up, where
 * the topic's settings name them. The leader keeps to the follower's quota as well, since it is the
 * one that sends: its share is the follower's rate by the number of brokers that it catches up
 * with.
 *
 * <p>Thread-safe; {@link #onImage} is called one at a time.
 */
final class ReplicationThrottle {
  private static final String LEADER_RATE = "leader.replication.throttled.rate";
  private static final String FOLLOWER_RATE = "follower.replication.throttled.rate";
  private static final String LEADER_REPLICAS = "leader.replication.throttled.replicas";
  private static final String FOLLOWER_REPLICAS = "follower.replication.throttled.replicas";

  private final int brokerId;
  private final Clock clock;
  private final RateLimit leading = new RateLimit();
  private final ConcurrentHashMap<Integer, RateLimit> following = new ConcurrentHashMap<>();
  private volatile Map<UUID, Throttled> topics = Map.of();

  /** Which replicas of a topic are throttled. */
  private record Throttled(Replicas leaders, Replicas followers) {}

  /**
   * @param all every replica
   * @param pairs PARTITION:BROKER
   */
  private record Replicas(boolean all, Set<String> pairs) {
    static Replicas parse(String text) {
      if (text == null || text.isBlank()) {
        return new Replicas(false, Set.of());
      }
      if (text.trim().equals("*")) {
        return new Replicas(true, Set.of());
      }
      Set<String> pairs = new HashSet<>();
      Arrays.stream(text.split(",")).map(String::trim).forEach(pairs::add);
      return new Replicas(false, Set.copyOf(pairs));
    }

    boolean contains(int partition, int broker) {
      return all || pairs.contains(partition + ":" + broker);
    }
  }

  ReplicationThrottle(int brokerId, Clock clock) {
    this.brokerId = brokerId;
    this.clock = clock;
  }

  void onImage(ClusterImage before, ClusterImage now) {
    boolean settings = before.configs() != now.configs();
    if (settings) {
      topics = throttledTopics(now);
    }
    if (settings || (!topics.isEmpty() && before.topics() != now.topics())) {
      setRates(now);
    }
  }

  private static Map<UUID, Throttled> throttledTopics(ClusterImage image) {
    Map<UUID, Throttled> throttled = new HashMap<>();
    image
        .configs()
        .forEach(
            (key, entries) -> {
              boolean named =
                  entries.containsKey(LEADER_REPLICAS) || entries.containsKey(FOLLOWER_REPLICAS);
              TopicImage topic =
                  named && key.type() == ConfigKey.Type.TOPIC ? image.topic(key.name()) : null;
              if (topic != null) {
                throttled.put(
                    topic.id(),
                    new Throttled(
                        Replicas.parse(entries.get(LEADER_REPLICAS)),
                        Replicas.parse(entries.get(FOLLOWER_REPLICAS))));
              }
            });
    return Map.copyOf(throttled);
  }

  private void setRates(ClusterImage image) {
    long nowNs = clock.monotonicNs();
    leading.set(rate(image, brokerId, LEADER_RATE), nowNs);
    Map<Integer, Set<Integer>> leadersOf = leadersOfThrottledFollowers(image);
    leadersOf.forEach(
        (follower, leaders) -> {
          long rate = rate(image, follower, FOLLOWER_RATE);
          limitOf(follower).set(rate == RateLimit.UNLIMITED ? rate : rate / leaders.size(), nowNs);
        });
  }

  /** By follower: the brokers that it catches up with. */
  private Map<Integer, Set<Integer>> leadersOfThrottledFollowers(ClusterImage image) {
    Map<Integer, Set<Integer>> leaders = new TreeMap<>();
    topics.forEach(
        (id, throttled) -> {
          TopicImage topic = image.topic(id);
          int count = topic == null ? 0 : topic.partitions().size();
          for (int p = 0; p < count; p++) {
            PartitionImage partition = topic.partitions().get(p);
            for (int replica : partition.replicas()) {
              if (partition.hasLeader()
                  && !partition.inSync().contains(replica)
                  && throttled.followers.contains(p, replica)) {
                leaders.computeIfAbsent(replica, none -> new HashSet<>()).add(partition.leader());
              }
            }
          }
        });
    return leaders;
  }

  private static long rate(ClusterImage image, int broker, String name) {
    String own =
        image.config(new ConfigKey(ConfigKey.Type.BROKER, Integer.toString(broker))).get(name);
    String value =
        own != null ? own : image.config(new ConfigKey(ConfigKey.Type.BROKER, "")).get(name);
    return value == null ? RateLimit.UNLIMITED : Long.parseLong(value.trim());
  }

  /** Milliseconds until this broker may send more of the partition to the follower; 0: now. */
  long waitMs(ReplicaKey key, int follower) {
    Throttled throttled = topics.get(key.topicId());
    if (throttled == null) {
      return 0;
    }
    long nowNs = clock.monotonicNs();
    long waitMs = 0;
    if (throttled.leaders.contains(key.partition(), brokerId)) {
      waitMs = leading.waitMs(nowNs);
    }
    if (throttled.followers.contains(key.partition(), follower)) {
      waitMs = Math.max(waitMs, limitOf(follower).waitMs(nowNs));
    }
    return waitMs;
  }

  void sent(ReplicaKey key, int follower, int bytes) {
    Throttled throttled = topics.get(key.topicId());
    if (throttled == null) {
      return;
    }
    long nowNs = clock.monotonicNs();
    if (throttled.leaders.contains(key.partition(), brokerId)) {
      leading.take(bytes, nowNs);
    }
    if (throttled.followers.contains(key.partition(), follower)) {
      limitOf(follower).take(bytes, nowNs);
    }
  }

  private RateLimit limitOf(int follower) {
    return following.computeIfAbsent(follower, none -> new RateLimit());
  }
}

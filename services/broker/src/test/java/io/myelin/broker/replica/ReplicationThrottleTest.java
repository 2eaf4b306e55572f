package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.Simulation;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePVector;

/** On broker 1, which leads partition 0 of topic t. */
class ReplicationThrottleTest {
  private static final UUID TOPIC = new UUID(1, 1);
  private static final ReplicaKey LED = new ReplicaKey(TOPIC, 0);

  private final Simulation simulation = new Simulation(1);
  private final ReplicationThrottle throttle = new ReplicationThrottle(1, simulation.clock());
  private ClusterImage image =
      ClusterImage.empty("")
          .withTopic(
              new TopicImage(
                  "t",
                  TOPIC,
                  TreePVector.<PartitionImage>singleton(
                          PartitionImage.of(List.of(1, 3), List.of(1), 1, 0, 0))
                      .plus(PartitionImage.of(List.of(2, 3), List.of(2), 2, 0, 0))));

  private void configure(ConfigKey.Type type, String name, Map<String, String> settings) {
    ClusterImage before = image;
    image = image.withConfig(new ConfigKey(type, name), HashTreePMap.from(settings));
    throttle.onImage(before, image);
  }

  @Test
  void nothingWaitsWithoutSettings() {
    throttle.sent(LED, 3, 1 << 20);

    assertThat(throttle.waitMs(LED, 3)).isZero();
  }

  @Test
  void theLeadersRateHoldsForReplicasThatTheTopicNames() {
    configure(
        ConfigKey.Type.TOPIC, "t", Map.of("leader.replication.throttled.replicas", "0:1,1:2"));
    configure(ConfigKey.Type.BROKER, "1", Map.of("leader.replication.throttled.rate", "1000"));
    throttle.sent(LED, 3, 300);

    assertThat(throttle.waitMs(LED, 3)).isEqualTo(300);
    assertThat(throttle.waitMs(new ReplicaKey(TOPIC, 1), 3)).as("that one leads broker 2").isZero();
    assertThat(throttle.waitMs(new ReplicaKey(new UUID(9, 9), 0), 3)).isZero();
  }

  @Test
  void theStarNamesAll() {
    configure(ConfigKey.Type.TOPIC, "t", Map.of("leader.replication.throttled.replicas", "*"));
    configure(ConfigKey.Type.BROKER, "", Map.of("leader.replication.throttled.rate", "1000"));
    throttle.sent(LED, 3, 1_000);

    assertThat(throttle.waitMs(LED, 3)).isEqualTo(1_000);
  }

  @Test
  void theFollowersRateIsSharedByTheBrokersThatItCatchesUpWith() {
    configure(
        ConfigKey.Type.TOPIC, "t", Map.of("follower.replication.throttled.replicas", "0:3,1:3"));
    configure(ConfigKey.Type.BROKER, "3", Map.of("follower.replication.throttled.rate", "1000"));
    throttle.sent(LED, 3, 300);

    assertThat(throttle.waitMs(LED, 3)).isEqualTo(600);
    assertThat(throttle.waitMs(LED, 2)).isZero();
  }

  @Test
  void aThrottleThatIsTakenAwayHoldsNobodyUp() {
    configure(ConfigKey.Type.TOPIC, "t", Map.of("leader.replication.throttled.replicas", "*"));
    configure(ConfigKey.Type.BROKER, "1", Map.of("leader.replication.throttled.rate", "1000"));
    throttle.sent(LED, 3, 1_000_000);

    configure(ConfigKey.Type.BROKER, "1", Map.of());

    assertThat(throttle.waitMs(LED, 3)).isZero();
  }
}

package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.BrokerImage;
import io.myelin.sim.SimRandomness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StripedReplicaPlacerTest {
  private final StripedReplicaPlacer placer = new StripedReplicaPlacer(new SimRandomness(1));

  private static BrokerImage broker(int id, String rack) {
    return new BrokerImage(
        id,
        1,
        new UUID(0, id),
        Map.of(),
        Optional.empty(),
        Optional.ofNullable(rack),
        false,
        false,
        "");
  }

  /** Brokers 0, 1, ... with these racks. */
  private static List<BrokerImage> brokers(String... racks) {
    List<BrokerImage> brokers = new ArrayList<>();
    for (int id = 0; id < racks.length; id++) {
      brokers.add(broker(id, racks[id]));
    }
    return brokers;
  }

  private static Map<Integer, Integer> leaders(List<List<Integer>> placed) {
    Map<Integer, Integer> counts = new HashMap<>();
    placed.forEach(replicas -> counts.merge(replicas.getFirst(), 1, Integer::sum));
    return counts;
  }

  private static Map<Integer, Integer> replicas(List<List<Integer>> placed) {
    Map<Integer, Integer> counts = new HashMap<>();
    placed.forEach(replicas -> replicas.forEach(id -> counts.merge(id, 1, Integer::sum)));
    return counts;
  }

  @Test
  void eachPartitionUsesAsManyRacksAsItCan() {
    List<BrokerImage> brokers = brokers("a", "a", "b", "b", "c", "c");

    for (List<Integer> replicas : placer.place(brokers, 60, 3)) {
      assertThat(new HashSet<>(replicas)).hasSize(3);
      assertThat(replicas.stream().map(id -> brokers.get(id).rack()).distinct()).hasSize(3);
    }
    for (List<Integer> replicas : placer.place(brokers, 60, 5)) {
      assertThat(new HashSet<>(replicas)).hasSize(5);
      assertThat(replicas.stream().map(id -> brokers.get(id).rack()).distinct()).hasSize(3);
    }
  }

  @Test
  void leadersAndReplicasAreSpreadEvenlyThoughRacksStandTogether() {
    List<List<Integer>> placed = placer.place(brokers("a", "a", "b", "b", "c", "c"), 60, 3);

    assertThat(leaders(placed).values()).hasSize(6).containsOnly(10);
    assertThat(replicas(placed).values()).hasSize(6).containsOnly(30);
  }

  @Test
  void withoutRacksAllBrokersGetTheSame() {
    List<List<Integer>> placed = placer.place(brokers(null, null, null, null), 40, 2);

    assertThat(leaders(placed).values()).hasSize(4).containsOnly(10);
    assertThat(replicas(placed).values()).hasSize(4).containsOnly(20);
  }

  @Test
  void cordonedBrokersGetNothing() {
    List<BrokerImage> brokers = brokers("a", "a", "b", "b");
    brokers.set(2, broker(2, "b").withCordoned(true));

    List<List<Integer>> placed = placer.place(brokers, 30, 2);

    assertThat(replicas(placed)).doesNotContainKey(2).containsEntry(3, 30);
    assertThatThrownBy(() -> placer.place(brokers, 1, 4))
        .hasMessageContaining("only 3 broker(s) are registered or some brokers have all their");
  }

  @Test
  void fencedBrokersComeLastAndNeverLead() {
    List<BrokerImage> brokers = brokers(null, null, null);
    brokers.set(0, broker(0, null).withFenced(true));

    assertThat(replicas(placer.place(brokers, 10, 2))).doesNotContainKey(0);
    assertThat(leaders(placer.place(brokers, 10, 3))).doesNotContainKey(0);
  }
}

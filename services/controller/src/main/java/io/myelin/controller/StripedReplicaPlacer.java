package io.myelin.controller;

import io.myelin.env.Randomness;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Controller.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Spreads leaders evenly over the brokers that are up, and followers over the racks: partitions go
 * round robin from a random start, and each further replica takes the next broker of a rack that
 * the partition does not use yet, while there is one. Fenced brokers come last and never lead;
 * cordoned ones get nothing (KIP-1066).
 */
final class StripedReplicaPlacer implements ReplicaPlacer {
  private final Randomness randomness;

  StripedReplicaPlacer(Randomness randomness) {
    this.randomness = randomness;
  }

  @Override
  public List<List<Integer>> place(
      Collection<BrokerImage> brokers, int partitions, int replicationFactor) {
    List<BrokerImage> up = sorted(brokers, false);
    List<BrokerImage> fenced = sorted(brokers, true);
    check(replicationFactor, up.size(), up.size() + fenced.size());
    int start = randomness.nextInt(up.size());
    List<List<Integer>> placed = new ArrayList<>(partitions);
    for (int p = 0; p < partitions; p++) {
      int leader = (start + p) % up.size();
      // After each round the followers move on by one, so that no broker's followers are all on
      // the one next to it.
      int shift = p / up.size();
      placed.add(replicas(up, fenced, leader, shift, replicationFactor));
    }
    return placed;
  }

  private static List<Integer> replicas(
      List<BrokerImage> up, List<BrokerImage> fenced, int leader, int shift, int count) {
    List<BrokerImage> others = new ArrayList<>(up.size() + fenced.size());
    for (int i = 0; i < up.size() - 1; i++) {
      int step = 1 + (i + shift) % (up.size() - 1);
      others.add(up.get((leader + step) % up.size()));
    }
    others.addAll(fenced);
    List<Integer> chosen = new ArrayList<>(count);
    Set<String> racks = new HashSet<>();
    chosen.add(up.get(leader).id());
    up.get(leader).rack().ifPresent(racks::add);
    for (boolean anyRack : new boolean[] {false, true}) {
      for (BrokerImage other : others) {
        boolean newRack = other.rack().isEmpty() || !racks.contains(other.rack().get());
        if (chosen.size() < count && !chosen.contains(other.id()) && (anyRack || newRack)) {
          chosen.add(other.id());
          other.rack().ifPresent(racks::add);
        }
      }
    }
    return List.copyOf(chosen);
  }

  private static List<BrokerImage> sorted(Collection<BrokerImage> brokers, boolean fenced) {
    return interleaved(
        brokers.stream()
            .filter(broker -> broker.fenced() == fenced && !broker.cordoned())
            .sorted(Comparator.comparingInt(BrokerImage::id))
            .toList());
  }

  /**
   * The first brokers of all racks, then the second ones, and so on: going round, each further
   * replica finds another rack next to it. In the order of ids, where those of a rack often stand
   * together, the first of each rack would get all followers.
   */
  private static List<BrokerImage> interleaved(List<BrokerImage> byId) {
    Map<String, Integer> inRack = new HashMap<>();
    TreeMap<Integer, List<BrokerImage>> turns = new TreeMap<>();
    for (BrokerImage broker : byId) {
      int turn = broker.rack().map(rack -> inRack.merge(rack, 1, Integer::sum)).orElse(1);
      turns.computeIfAbsent(turn, none -> new ArrayList<>()).add(broker);
    }
    return turns.values().stream().flatMap(List::stream).toList();
  }

  private static void check(int replicationFactor, int up, int all) {
    if (up == 0) {
      throw refused(
          replicationFactor,
          "All brokers are currently fenced, or have all their log directories cordoned.");
    }
    if (replicationFactor > all) {
      throw refused(
          replicationFactor,
          "The target replication factor of "
              + replicationFactor
              + " cannot be reached because only "
              + all
              + " broker(s) are registered or some brokers have all their log directories"
              + " cordoned.");
    }
  }

  private static RefusedException refused(int replicationFactor, String why) {
    return new RefusedException(
        Refusal.INVALID_REPLICATION_FACTOR,
        "Unable to replicate the partition " + replicationFactor + " time(s): " + why);
  }
}

package io.myelin.simulation.cluster;

import io.myelin.sim.SimNetwork;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which ways between machines are cut, and why: a way is open when no cause is left. */
final class Links {
  private record Way(String from, String to) {}

  private final SimNetwork network;
  private final Map<Object, Set<Way>> causes = new LinkedHashMap<>();

  Links(SimNetwork network) {
    this.network = network;
  }

  /** One way only. */
  void cut(Object cause, String from, String to) {
    causes.computeIfAbsent(cause, key -> new LinkedHashSet<>()).add(new Way(from, to));
    network.cut(from, to);
  }

  /** Of all causes but machines without power. */
  void healAll() {
    for (Object cause : List.copyOf(causes.keySet())) {
      if (!(cause instanceof Machine)) {
        heal(cause);
      }
    }
  }

  void heal(Object cause) {
    Set<Way> healed = causes.remove(cause);
    if (healed != null) {
      for (Way way : healed) {
        if (causes.values().stream().noneMatch(others -> others.contains(way))) {
          network.heal(way.from, way.to);
        }
      }
    }
  }
}

package io.myelin.controller;

import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Member;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the best of the last known replicas where nobody is left that is sure to have what was
 * committed, as after a power cut: asks all their brokers what they have, and has the one with the
 * highest (leader epoch, log end) elected.
 *
 * <p>Guarantee: nobody is elected before all of them are back and have answered, each in its
 * present life. Confined to the sessions' executor. Times are monotonic milliseconds.
 */
final class LastKnownSurvey {
  /** A broker that does not answer may still be opening its logs. */
  private static final long ASK_AGAIN_MS = 1_000;

  /** 10,000 partitions: half a megabyte, and what a broker may have. */
  private static final int ASKED_AT_ONCE_MAX = 10_000;

  private final Map<Replica, Inquiry> open = new TreeMap<>();
  private final Map<Integer, Long> askedMs = new HashMap<>();

  /** What is to be done. */
  sealed interface Effect {
    record Ask(int broker, List<Replica> replicas) implements Effect {}

    /**
     * @param asked who answered, in the lives in which they did
     */
    record Elect(Replica partition, int broker, List<Member> asked) implements Effect {}
  }

  private static final class Inquiry {
    final Map<Integer, Answer> answers = new HashMap<>();
  }

  private record Answer(long brokerEpoch, LogEnd end) {}

  void takeOver() {
    open.clear();
    askedMs.clear();
  }

  /**
   * @param topics that have changed
   */
  void changed(ClusterImage image, Set<String> topics) {
    for (String name : topics) {
      TopicImage topic = image.topic(name);
      if (topic == null) {
        continue; // its inquiries end with the next round
      }
      for (int p = 0; p < topic.partitions().size(); p++) {
        if (isWanted(topic.partitions().get(p))) {
          open.computeIfAbsent(new Replica(topic.id(), p), key -> new Inquiry());
        }
      }
    }
  }

  /** One alone leads without being asked. */
  private static boolean isWanted(PartitionImage partition) {
    return !partition.hasLeader()
        && partition.inSync().isEmpty()
        && partition.eligible().isEmpty()
        && partition.lastKnown().size() > 1;
  }

  void answered(int broker, long brokerEpoch, Map<Replica, LogEnd> ends) {
    ends.forEach(
        (replica, end) -> {
          Inquiry inquiry = open.get(replica);
          if (inquiry != null) {
            inquiry.answers.put(broker, new Answer(brokerEpoch, end));
          }
        });
  }

  /** To be called now and then, and after answers. */
  List<Effect> round(ClusterImage image, long nowMs) {
    if (open.isEmpty()) {
      return List.of();
    }
    List<Effect> effects = new ArrayList<>();
    Map<Integer, List<Replica>> missing = new TreeMap<>();
    open.entrySet()
        .removeIf(
            entry -> {
              Optional<PartitionImage> partition = wanted(image, entry.getKey());
              partition.ifPresent(
                  one -> look(image, entry.getKey(), one, entry.getValue(), missing, effects));
              return partition.isEmpty();
            });
    missing.forEach(
        (broker, replicas) -> {
          Long before = askedMs.get(broker);
          if (before == null || nowMs - before >= ASK_AGAIN_MS) {
            askedMs.put(broker, nowMs);
            effects.add(new Effect.Ask(broker, List.copyOf(replicas)));
          }
        });
    return effects;
  }

  private static Optional<PartitionImage> wanted(ClusterImage image, Replica key) {
    TopicImage topic = image.topic(key.topicId());
    return topic == null
        ? Optional.empty()
        : Optional.of(topic.partitions().get(key.partition())).filter(LastKnownSurvey::isWanted);
  }

  private static void look(
      ClusterImage image,
      Replica key,
      PartitionImage partition,
      Inquiry inquiry,
      Map<Integer, List<Replica>> missing,
      List<Effect> effects) {
    List<Member> asked = new ArrayList<>();
    for (int id : partition.lastKnown()) {
      BrokerImage broker = image.brokers().get(id);
      if (broker == null || !broker.isActive() || partition.offline().contains(id)) {
        return; // not all are back
      }
      Answer answer = inquiry.answers.get(id);
      if (answer != null && answer.brokerEpoch == broker.epoch()) {
        asked.add(new Member(id, broker.epoch()));
      } else {
        List<Replica> replicas = missing.computeIfAbsent(id, none -> new ArrayList<>());
        if (replicas.size() < ASKED_AT_ONCE_MAX) {
          replicas.add(key);
        }
      }
    }
    if (asked.size() == partition.lastKnown().size()) {
      effects.add(new Effect.Elect(key, best(partition, inquiry), List.copyOf(asked)));
    }
  }

  /** Of equals the one that stands first among the replicas. */
  private static int best(PartitionImage partition, Inquiry inquiry) {
    return partition.replicas().stream()
        .filter(partition.lastKnown()::contains)
        .max(
            Comparator.<Integer>comparingInt(id -> inquiry.answers.get(id).end.lastEpoch())
                .thenComparingLong(id -> inquiry.answers.get(id).end.logEndOffset())
                .thenComparingInt(id -> -partition.replicas().indexOf(id)))
        .orElseThrow();
  }
}

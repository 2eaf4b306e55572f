package io.myelin.controller;

import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which replicas brokers say have failed with their disks: finds what the metadata do not say yet.
 * Confined to the sessions' executor. Nothing of it is stored: a new controller takes it from the
 * metadata.
 */
final class DiskReports {
  /** Replicas that the metadata may have as offline, by broker. */
  private final Map<Integer, Set<Replica>> marked = new HashMap<>();

  /** To be written. */
  record Effect(int broker, Set<Replica> failed, Set<Replica> back) {}

  void takeOver(ClusterImage image) {
    marked.clear();
    for (TopicImage topic : image.topics().values()) {
      for (int p = 0; p < topic.partitions().size(); p++) {
        for (int broker : topic.partitions().get(p).offline()) {
          markedOn(broker).add(new Replica(topic.id(), p));
        }
      }
    }
  }

  /**
   * @param reported all that have failed on the broker, as of now
   */
  Optional<Effect> heard(int broker, Set<Replica> reported, ClusterImage image) {
    Set<Replica> before = marked.getOrDefault(broker, Set.of());
    if (reported.isEmpty() && before.isEmpty()) {
      return Optional.empty();
    }
    Set<Replica> failed = new TreeSet<>();
    for (Replica replica : reported) {
      PartitionImage partition = partition(image, replica);
      if (partition != null
          && partition.replicas().contains(broker)
          && !partition.offline().contains(broker)) {
        failed.add(replica);
      }
    }
    Set<Replica> back = new TreeSet<>();
    for (Replica replica : before) {
      PartitionImage partition = partition(image, replica);
      if (!reported.contains(replica)
          && partition != null
          && partition.offline().contains(broker)) {
        back.add(replica);
      }
    }
    Set<Replica> now = new HashSet<>(reported);
    now.addAll(back);
    marked.put(broker, now);
    return failed.isEmpty() && back.isEmpty()
        ? Optional.empty()
        : Optional.of(new Effect(broker, failed, back));
  }

  private Set<Replica> markedOn(int broker) {
    return marked.computeIfAbsent(broker, none -> new HashSet<>());
  }

  private static PartitionImage partition(ClusterImage image, Replica replica) {
    TopicImage topic = image.topic(replica.topicId());
    return topic == null || replica.partition() >= topic.partitions().size()
        ? null
        : topic.partitions().get(replica.partition());
  }
}

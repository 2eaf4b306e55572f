package io.myelin.controller;

import io.myelin.controller.LastKnownSurvey.Effect.Elect;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Member;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Controller.TopicPartition;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** In-sync sets and elections of single partitions: pure decisions on a state. */
final class PartitionDecisions {
  private final TopicRules rules;

  PartitionDecisions(TopicRules rules) {
    this.rules = rules;
  }

  /**
   * AlterPartition, with Kafka's checks in Kafka's order (KIP-497, 841, 903). Other than in Kafka a
   * leader may leave the set: one whose disk is full or broken has another one lead.
   */
  Decision<Result<PartitionImage>> alterInSync(ControllerState state, InSyncChange change) {
    TopicImage topic = state.image().topic(change.topicId());
    if (topic == null || change.partition() >= topic.partitions().size()) {
      return Decision.refuse(Refusal.UNKNOWN_TOPIC, "There is no such partition.");
    }
    PartitionImage before = topic.partitions().get(change.partition());
    Optional<Refused> refused = check(state.image(), before, change);
    if (refused.isPresent()) {
      return Decision.refuse(refused.get().refusal(), refused.get().message());
    }
    List<Integer> wanted = change.inSync().stream().map(Member::brokerId).toList();
    PartitionChange next = change(state.image(), topic, before).inSync(wanted);
    int asking = change.broker().brokerId();
    if (!wanted.contains(asking)) {
      next.loses(asking); // it cannot store any more, and another one is to lead
    }
    return decision(topic, change.partition(), before, next.result().orElse(before));
  }

  private record Refused(Refusal refusal, String message) {}

  private static Optional<Refused> check(
      ClusterImage image, PartitionImage partition, InSyncChange change) {
    int asking = change.broker().brokerId();
    if (!isMember(image, change.broker())) {
      return refused(Refusal.STALE_BROKER_EPOCH, "Broker " + asking + " has registered anew.");
    }
    if (change.leaderEpoch() > partition.leaderEpoch()
        || change.partitionEpoch() > partition.partitionEpoch()) {
      return refused(Refusal.NOT_CONTROLLER, "The leader knows more than this controller.");
    }
    if (change.leaderEpoch() < partition.leaderEpoch()) {
      return refused(
          Refusal.FENCED_LEADER_EPOCH, "The leader epoch is " + partition.leaderEpoch() + " now.");
    }
    if (partition.leader() != asking) {
      return refused(Refusal.INVALID_REQUEST, "Broker " + asking + " does not lead it.");
    }
    if (change.partitionEpoch() < partition.partitionEpoch()) {
      return refused(
          Refusal.INVALID_UPDATE_VERSION,
          "The partition epoch is " + partition.partitionEpoch() + " now.");
    }
    List<Integer> wanted = change.inSync().stream().map(Member::brokerId).toList();
    if (wanted.isEmpty() || !partition.replicas().containsAll(wanted)) {
      return refused(Refusal.INVALID_REQUEST, "The in-sync set " + wanted + " cannot be.");
    }
    for (Member member : change.inSync()) {
      boolean joins = !partition.inSync().contains(member.brokerId());
      boolean failed = partition.offline().contains(member.brokerId());
      if (failed || !mayBeInSync(image, member, joins)) {
        return refused(
            Refusal.INELIGIBLE_REPLICA, "Broker " + member.brokerId() + " may not be in sync.");
      }
    }
    return Optional.empty();
  }

  /** A draining broker joins no set; those that it is in it leaves when it is drained (KIP-841). */
  private static boolean mayBeInSync(ClusterImage image, Member member, boolean joins) {
    BrokerImage broker = image.brokers().get(member.brokerId());
    return isMember(image, member) && !broker.fenced() && !(joins && broker.draining());
  }

  private static boolean isMember(ClusterImage image, Member member) {
    BrokerImage broker = image.brokers().get(member.brokerId());
    return broker != null && broker.epoch() == member.brokerEpoch();
  }

  private static Optional<Refused> refused(Refusal refusal, String message) {
    return Optional.of(new Refused(refusal, message));
  }

  /** The partitions that an election of all of them concerns. */
  static List<TopicPartition> electable(ClusterImage image, Election election) {
    List<TopicPartition> found = new ArrayList<>();
    image
        .topics()
        .forEach(
            (name, topic) -> {
              int p = 0;
              for (PartitionImage partition : topic.partitions()) {
                boolean concerned =
                    switch (election) {
                      case PREFERRED -> partition.leader() != partition.replicas().getFirst();
                      case UNCLEAN -> !partition.hasLeader();
                    };
                if (concerned) {
                  found.add(new TopicPartition(name, p));
                }
                p++;
              }
            });
    return found;
  }

  /** Elects a leader of one partition that somebody named. */
  Decision<Result<PartitionImage>> elect(
      ControllerState state, Election election, TopicPartition partition) {
    TopicImage topic = state.image().topic(partition.topic());
    PartitionImage before = state.image().partition(partition.topic(), partition.partition());
    if (before == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_TOPIC, "This server does not host this topic-partition.");
    }
    return switch (election) {
      case PREFERRED -> electPreferred(state.image(), topic, partition.partition(), before);
      case UNCLEAN -> electUnclean(state.image(), topic, partition.partition(), before);
    };
  }

  private Decision<Result<PartitionImage>> electPreferred(
      ClusterImage image, TopicImage topic, int partition, PartitionImage before) {
    int first = before.replicas().getFirst();
    if (before.leader() == first) {
      return Decision.refuse(
          Refusal.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.");
    }
    PartitionImage after = change(image, topic, before).preferFirst().result().orElse(before);
    return after.leader() == first
        ? decision(topic, partition, before, after)
        : Decision.refuse(
            Refusal.PREFERRED_LEADER_NOT_AVAILABLE,
            "The preferred leader, broker " + first + ", is not in sync or not available.");
  }

  private Decision<Result<PartitionImage>> electUnclean(
      ClusterImage image, TopicImage topic, int partition, PartitionImage before) {
    if (before.hasLeader()) {
      return Decision.refuse(
          Refusal.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.");
    }
    PartitionImage after = change(image, topic, before).allowUnclean(true).result().orElse(before);
    return after.hasLeader()
        ? decision(topic, partition, before, after)
        : Decision.refuse(
            Refusal.ELIGIBLE_LEADERS_NOT_AVAILABLE, "None of its replicas is available.");
  }

  /**
   * Elects the one of the last known replicas that has most, if all of them are still what they
   * were when they were asked.
   */
  Decision<Result<PartitionImage>> electLastKnown(ControllerState state, Elect elect) {
    TopicImage topic = state.image().topic(elect.partition().topicId());
    if (topic == null) {
      return Decision.refuse(Refusal.UNKNOWN_TOPIC, "There is no such partition.");
    }
    int number = elect.partition().partition();
    PartitionImage before = topic.partitions().get(number);
    boolean same =
        !before.hasLeader()
            && Set.copyOf(before.lastKnown())
                .equals(elect.asked().stream().map(Member::brokerId).collect(Collectors.toSet()))
            && elect.asked().stream().allMatch(member -> isMember(state.image(), member));
    if (!same) {
      return Decision.refuse(
          Refusal.INVALID_UPDATE_VERSION,
          "The partition has changed since its replicas were asked.");
    }
    PartitionImage after =
        change(state.image(), topic, before)
            .bestOfLastKnown(elect.broker())
            .result()
            .orElse(before);
    return decision(topic, number, before, after);
  }

  private PartitionChange change(ClusterImage image, TopicImage topic, PartitionImage before) {
    return new PartitionChange(
        before, id -> mayLead(image, id), rules.minInSync(image, topic.name()));
  }

  static boolean mayLead(ClusterImage image, int id) {
    BrokerImage broker = image.brokers().get(id);
    return broker != null && broker.isActive();
  }

  private static Decision<Result<PartitionImage>> decision(
      TopicImage topic, int partition, PartitionImage before, PartitionImage after) {
    List<RecordChange> records =
        after.equals(before)
            ? List.of()
            : List.of(RecordChange.put(new MetadataRecord.Partition(topic.id(), partition, after)));
    return Decision.ok(records, after);
  }
}

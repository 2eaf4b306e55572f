package io.myelin.controller;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Reassignment;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Moves partitions (KIP-455): pure decisions on a state. While a move is under way the replicas are
 * the new ones first, then those that go; it ends by itself when the new ones are in sync.
 */
final class ReassignmentDecisions {
  private final TopicRules rules;

  ReassignmentDecisions(TopicRules rules) {
    this.rules = rules;
  }

  Decision<Result<PartitionImage>> alter(ControllerState state, Reassignment request) {
    ClusterImage image = state.image();
    TopicImage topic = image.topic(request.topic());
    PartitionImage before = image.partition(request.topic(), request.partition());
    if (before == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_TOPIC, "This server does not host this topic-partition.");
    }
    try {
      PartitionChange change =
          new PartitionChange(
              before,
              id -> PartitionDecisions.mayLead(image, id),
              rules.minInSync(image, topic.name()));
      if (request.replicas().isPresent()) {
        move(image, before, request.replicas().get(), change);
      } else {
        callOff(before, change);
      }
      PartitionImage after = change.result().orElse(before);
      List<RecordChange> records =
          after.equals(before)
              ? List.of()
              : List.of(
                  RecordChange.put(
                      new MetadataRecord.Partition(topic.id(), request.partition(), after)));
      return Decision.ok(records, after);
    } catch (RefusedException e) {
      return Decision.refuse(e.refusal(), e.getMessage());
    }
  }

  private static void move(
      ClusterImage image, PartitionImage before, List<Integer> target, PartitionChange change) {
    ManualAssignment.check(image, target);
    List<Integer> settled = minus(before.replicas(), before.adding());
    List<Integer> adding = minus(target, settled);
    List<Integer> removing = minus(before.replicas(), target);
    Set<Integer> merged = new LinkedHashSet<>(target);
    merged.addAll(removing);
    change.move(List.copyOf(merged), adding, removing);
  }

  private static void callOff(PartitionImage before, PartitionChange change) {
    if (!before.isReassigning()) {
      throw new RefusedException(
          Refusal.NO_REASSIGNMENT_IN_PROGRESS, "No partition reassignment is in progress.");
    }
    List<Integer> former = minus(before.replicas(), before.adding());
    if (former.isEmpty() || former.stream().noneMatch(before.inSync()::contains)) {
      throw new RefusedException(
          Refusal.INVALID_REPLICA_ASSIGNMENT,
          "None of the former replicas " + former + " is in sync: they cannot take over again.");
    }
    change.move(former, List.of(), List.of());
  }

  private static List<Integer> minus(List<Integer> all, List<Integer> gone) {
    List<Integer> left = new ArrayList<>(all);
    left.removeAll(gone);
    return List.copyOf(left);
  }
}

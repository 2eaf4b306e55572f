package io.myelin.broker.replica;

import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.PartitionImage;
import io.myelin.replication.LeaderEvent.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * In-sync changes on their way to the controller: one request at a time, with what has come up
 * while the last one was under way. A broker that comes back joins thousands of sets at once.
 * Thread-safe.
 */
final class Proposals {
  /** Some hundred kilobytes, far below what a message may have. */
  private static final int PER_REQUEST_MAX = 1_000;

  private final Controller controller;
  private final ArrayDeque<Proposal> waiting = new ArrayDeque<>();
  private boolean asking;

  private record Proposal(InSyncChange change, Consumer<Refusal> onRefused) {}

  Proposals(Controller controller) {
    this.controller = controller;
  }

  /**
   * @param onRefused told on any thread; otherwise the image says so
   */
  void add(InSyncChange change, Consumer<Refusal> onRefused) {
    synchronized (this) {
      waiting.add(new Proposal(change, onRefused));
    }
    askNext();
  }

  private void askNext() {
    List<Proposal> next = new ArrayList<>();
    synchronized (this) {
      if (asking || waiting.isEmpty()) {
        return;
      }
      asking = true;
      while (!waiting.isEmpty() && next.size() < PER_REQUEST_MAX) {
        next.add(waiting.remove());
      }
    }
    controller
        .alterPartitions(next.stream().map(Proposal::change).toList())
        .whenComplete(
            (results, error) -> {
              synchronized (this) {
                asking = false;
              }
              answer(next, results, error);
              askNext();
            });
  }

  private static void answer(
      List<Proposal> asked, List<Result<PartitionImage>> results, Throwable error) {
    for (int i = 0; i < asked.size(); i++) {
      if (error != null) {
        asked.get(i).onRefused.accept(Refusal.UNKNOWN);
      } else if (results.get(i) instanceof Result.Refused<?> refused) {
        asked.get(i).onRefused.accept(refusal(refused.refusal()));
      }
    }
  }

  private static Refusal refusal(Controller.Refusal refusal) {
    return switch (refusal) {
      case INELIGIBLE_REPLICA, STALE_BROKER_EPOCH -> Refusal.INELIGIBLE;
      case UNAVAILABLE, NOT_CONTROLLER -> Refusal.UNKNOWN;
      case INVALID_UPDATE_VERSION,
          FENCED_LEADER_EPOCH,
          TOPIC_ALREADY_EXISTS,
          UNKNOWN_TOPIC,
          INVALID_TOPIC,
          INVALID_PARTITIONS,
          INVALID_REPLICATION_FACTOR,
          INVALID_REPLICA_ASSIGNMENT,
          INVALID_CONFIG,
          INVALID_REQUEST,
          POLICY_VIOLATION,
          ELECTION_NOT_NEEDED,
          PREFERRED_LEADER_NOT_AVAILABLE,
          ELIGIBLE_LEADERS_NOT_AVAILABLE,
          NO_REASSIGNMENT_IN_PROGRESS,
          UNKNOWN_BROKER ->
          Refusal.STALE;
    };
  }
}

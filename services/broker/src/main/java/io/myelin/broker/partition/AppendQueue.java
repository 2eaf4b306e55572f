package io.myelin.broker.partition;

import io.myelin.log.record.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Appends in the order of their arrival, until the log takes them. Confined to the shard. */
final class AppendQueue {
  private final ArrayDeque<PendingAppend> queue = new ArrayDeque<>(0);

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void add(PendingAppend append) {
    queue.add(append);
  }

  /** Takes what is validated up to the first that is not; invalid ones are answered. */
  List<PendingAppend> takeReady() {
    List<PendingAppend> ready = new ArrayList<>(queue.size());
    for (PendingAppend head = queue.peek();
        head != null && head.isValidated();
        head = queue.peek()) {
      queue.poll();
      if (!head.begin()) {
        continue; // timed out while it waited
      }
      switch (head.verdict()) {
        case Verdict.Valid valid -> ready.add(head);
        case Verdict.Rejected rejected -> head.complete(new AppendOutcome.Invalid(rejected));
      }
    }
    return ready;
  }

  /**
   * Answers all with {@code outcome}, up to the first that is still with a validator and so holds
   * its bytes: it and those behind it are refused when it comes back.
   */
  void refuse(AppendOutcome outcome) {
    for (PendingAppend head = queue.peek();
        head != null && head.isValidated();
        head = queue.peek()) {
      queue.poll();
      if (head.begin()) {
        head.complete(outcome);
      }
    }
  }
}

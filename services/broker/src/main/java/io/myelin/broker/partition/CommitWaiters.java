package io.myelin.broker.partition;

import java.util.ArrayDeque;

/** Appends that are in the log and wait for an offset to be passed. Confined to the shard. */
final class CommitWaiters {
  private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>(0);

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** {@code append} has been stored; in the order of the log. */
  void add(PendingAppend append) {
    waiting.add(append);
  }

  /** Answers those that end at {@code offset} or before it. */
  void complete(long offset) {
    for (PendingAppend head = waiting.peek();
        head != null && head.stored().endOffset() <= offset;
        head = waiting.peek()) {
      waiting.poll();
      head.complete(head.stored());
    }
  }

  void refuse(AppendOutcome outcome) {
    for (PendingAppend head = waiting.poll(); head != null; head = waiting.poll()) {
      head.complete(outcome);
    }
  }
}

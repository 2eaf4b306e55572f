package io.myelin.broker.replica;

import java.util.concurrent.atomic.AtomicInteger;

/** Runs a task when all parts of something are done. Thread-safe. */
final class Countdown {
  private final Runnable task;
  private final AtomicInteger left = new AtomicInteger(1);

  Countdown(Runnable task) {
    this.task = task;
  }

  /** One more part; to be run when it is done. */
  Runnable one() {
    left.incrementAndGet();
    return this::release;
  }

  /** There are no more parts. */
  void release() {
    if (left.decrementAndGet() == 0) {
      task.run();
    }
  }
}

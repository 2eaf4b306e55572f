package io.myelin.rpc.framed;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs a call's callbacks one at a time, in order, on an executor of any kind. Thread-safe. */
final class Callbacks {
  private final Executor executor;

  /** Guarded by itself. The head is the one that runs. */
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  Callbacks(Executor executor) {
    this.executor = executor;
  }

  void add(Runnable callback) {
    synchronized (queue) {
      queue.add(callback);
      if (queue.size() > 1) {
        return;
      }
    }
    executor.execute(this::runOne);
  }

  private void runOne() {
    Runnable callback;
    synchronized (queue) {
      callback = queue.peek();
    }
    try {
      callback.run();
    } finally {
      boolean more;
      synchronized (queue) {
        queue.poll();
        more = !queue.isEmpty();
      }
      if (more) {
        executor.execute(this::runOne);
      }
    }
  }
}

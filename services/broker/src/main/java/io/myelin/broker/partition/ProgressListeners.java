package io.myelin.broker.partition;

import java.util.LinkedHashSet;

/**
 * Who wants to know when readers of a partition may see more; told in the order in which they came.
 * Thread-safe; costs nothing while nobody waits.
 */
final class ProgressListeners {
  private static final ProgressListener[] NONE = {};

  // Made on first use: most of ten thousand partitions have nobody who waits.
  private LinkedHashSet<ProgressListener> listeners;

  /** Whether there may be any: looked at without the lock. */
  private volatile boolean some;

  synchronized void add(ProgressListener listener) {
    if (listeners == null) {
      listeners = new LinkedHashSet<>(2);
    }
    listeners.add(listener);
    some = true;
  }

  synchronized void remove(ProgressListener listener) {
    if (listeners != null) {
      listeners.remove(listener);
      some = !listeners.isEmpty();
    }
  }

  void signal() {
    if (some) {
      for (ProgressListener listener : snapshot()) {
        listener.onProgress();
      }
    }
  }

  private synchronized ProgressListener[] snapshot() {
    return listeners.toArray(NONE);
  }
}

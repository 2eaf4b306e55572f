package io.myelin.broker.partition;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who wants to know when readers of a partition may see more. Thread-safe; costs nothing while
 * nobody waits.
 */
final class ProgressListeners {
  // Made on first use: most of ten thousand partitions have nobody who waits.
  private volatile Set<ProgressListener> listeners;

  void add(ProgressListener listener) {
    Set<ProgressListener> current = listeners;
    if (current == null) {
      synchronized (this) {
        current = listeners;
        if (current == null) {
          current = ConcurrentHashMap.newKeySet(2);
          listeners = current;
        }
      }
    }
    current.add(listener);
  }

  void remove(ProgressListener listener) {
    Set<ProgressListener> current = listeners;
    if (current != null) {
      current.remove(listener);
    }
  }

  void signal() {
    Set<ProgressListener> current = listeners;
    if (current == null || current.isEmpty()) {
      return;
    }
    for (ProgressListener listener : current) {
      listener.onProgress();
    }
  }
}

package io.myelin.broker.partition;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.concurrent.Executor;

/**
 * Opens logs on workers: those that somebody asks for first, the others in the background. So a
 * broker with thousands of partitions serves the ones in use while the rest is still being
 * recovered.
 *
 * <p>Thread-safe.
 */
final class LogOpener {
  private final Executor workers;
  private final int parallelism;
  private final LinkedHashMap<Partition, Runnable> background = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> urgent = new ArrayDeque<>();
  private int running;
  private boolean closed;

  /**
   * @param parallelism logs opened at once; the rest of the workers stay free for reads
   */
  LogOpener(Executor workers, int parallelism) {
    this.workers = workers;
    this.parallelism = parallelism;
  }

  /** {@code open} runs on a worker at some time, unless closed before. */
  synchronized void add(Partition partition, Runnable open) {
    if (closed) {
      return;
    }
    background.put(partition, open);
    startWorker();
  }

  /** No opening begins any more. */
  synchronized void close() {
    closed = true;
    background.clear();
    urgent.clear();
  }

  /** Puts {@code partition} before all that nobody waits for. Cheap when it has been opened. */
  synchronized void demand(Partition partition) {
    Runnable open = background.remove(partition);
    if (open != null) {
      urgent.add(open);
    }
  }

  /** Forgets {@code partition} if its opening has not begun. */
  synchronized void remove(Partition partition) {
    background.remove(partition);
  }

  private void startWorker() {
    if (running < parallelism) {
      running++;
      workers.execute(this::openNext);
    }
  }

  private void openNext() {
    Runnable open = take();
    if (open == null) {
      return;
    }
    try {
      open.run();
    } finally {
      // One at a time, so that the pool's other work comes in between.
      workers.execute(this::openNext);
    }
  }

  private synchronized Runnable take() {
    if (!urgent.isEmpty()) {
      return urgent.poll();
    }
    var first = background.pollFirstEntry();
    if (first == null) {
      running--;
      return null;
    }
    return first.getValue();
  }
}

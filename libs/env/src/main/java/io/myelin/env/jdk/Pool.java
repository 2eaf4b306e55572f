package io.myelin.env.jdk;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * At most so many daemon threads, started when work waits and nobody is idle, and ended after a
 * minute without work.
 *
 * <p>Design note: ThreadPoolExecutor ends its threads by interrupting them, which ours ignore (see
 * {@link Workers}), and starts a new one although others are idle.
 */
final class Pool implements Executor {
  private static final long IDLE_NS_MAX = TimeUnit.MINUTES.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private final String name;
  private final int size;
  private int idle;
  private long threadsStarted;
  private boolean closed;

  Pool(String name, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("Pool " + name + " needs a thread, not " + size);
    }
    this.name = name;
    this.size = size;
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        throw new RejectedExecutionException(name + " is closed");
      }
      waiting.add(task);
      if (idle >= waiting.size()) {
        given.signal();
      } else if (threads.size() < size) {
        Thread thread = Workers.newThread(name + "-" + threadsStarted++, this::work);
        threads.add(thread);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      given.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False if a thread is still at work after that time; the caller's own does not count. */
  boolean awaitEnd(long timeoutMs) throws InterruptedException {
    for (Thread thread : runningThreads()) {
      if (thread != Thread.currentThread() && !thread.join(Duration.ofMillis(timeoutMs))) {
        return false;
      }
    }
    return true;
  }

  private List<Thread> runningThreads() {
    lock.lock();
    try {
      return List.copyOf(threads);
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (Runnable task = awaitTask(); task != null; task = awaitTask()) {
      Workers.run(task);
    }
  }

  /** The next task; null when this thread is no longer needed. */
  private Runnable awaitTask() {
    lock.lock();
    try {
      long leftNs = IDLE_NS_MAX;
      while (waiting.isEmpty()) {
        if (closed || leftNs <= 0) {
          threads.remove(Thread.currentThread());
          return null;
        }
        idle++;
        try {
          leftNs = given.awaitNanos(leftNs);
        } catch (InterruptedException e) {
          throw new IllegalStateException("A pool's thread cannot be interrupted", e);
        } finally {
          idle--;
        }
      }
      return waiting.poll();
    } finally {
      lock.unlock();
    }
  }
}

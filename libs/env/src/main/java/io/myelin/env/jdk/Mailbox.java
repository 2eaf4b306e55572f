package io.myelin.env.jdk;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A serial executor: one daemon thread, started by the first task.
 *
 * <p>Design note: givers push onto a stack with one compare-and-set; the thread takes the whole
 * stack with one exchange and turns it round, so that under load neither side takes a lock or
 * touches shared memory per task more than once. The stack's bottom says whether the thread sleeps,
 * hence exactly one wake-up per sleep.
 */
final class Mailbox implements Executor {
  private static final Task ASLEEP = new Task(null);
  private static final Task CLOSED = new Task(null);

  private final AtomicReference<Task> top = new AtomicReference<>(ASLEEP);
  private final String name;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile Thread thread;

  /** Confined to the thread. */
  private boolean ended;

  Mailbox(String name) {
    this.name = name;
  }

  @Override
  public void execute(Runnable work) {
    if (closing.get()) {
      throw new RejectedExecutionException(name + " is closed");
    }
    push(new Task(work));
  }

  /** The tasks given so far still run. */
  void close() {
    if (closing.compareAndSet(false, true)) {
      boolean neverUsed = thread == null && top.compareAndSet(ASLEEP, CLOSED);
      if (!neverUsed) {
        push(new Task(this::end));
      }
    }
  }

  /** False if the thread is still at work after that time; the caller's own does not count. */
  boolean awaitEnd(long timeoutMs) throws InterruptedException {
    Thread running = thread;
    if (running == null || running == Thread.currentThread()) {
      return true;
    }
    // Not the variant with a Duration: that one throws when somebody is about to start the thread.
    running.join(timeoutMs);
    return !running.isAlive();
  }

  private void push(Task task) {
    while (true) {
      Task below = top.get();
      if (below == CLOSED) {
        throw new RejectedExecutionException(name + " is closed");
      }
      task.next = below == ASLEEP ? null : below;
      if (top.compareAndSet(below, task)) {
        if (below == ASLEEP) {
          wake();
        }
        return;
      }
    }
  }

  private void wake() {
    Thread sleeping = thread;
    if (sleeping != null) {
      LockSupport.unpark(sleeping);
      return;
    }
    // Only the very first task gets here: until the thread runs, the stack is not ASLEEP again.
    thread = Workers.newThread(name, this::drain);
    thread.start();
  }

  /** Runs whatever slipped in beside {@link #close}, so that no accepted task is lost. */
  private void end() {
    ended = true;
    Task rest = top.getAndSet(CLOSED);
    if (rest != null) {
      runInOrder(rest);
    }
  }

  private void drain() {
    while (!ended) {
      Task taken = top.getAndSet(null);
      if (taken == null) {
        sleepUntilGivenWork();
      } else {
        runInOrder(taken);
      }
    }
  }

  private void sleepUntilGivenWork() {
    if (top.compareAndSet(null, ASLEEP)) {
      while (top.get() == ASLEEP) {
        LockSupport.park(this);
      }
    }
  }

  private static void runInOrder(Task newest) {
    Task oldest = null;
    for (Task task = newest; task != null; ) {
      Task next = task.next;
      task.next = oldest;
      oldest = task;
      task = next;
    }
    for (Task task = oldest; task != null; task = task.next) {
      Workers.run(task.work);
    }
  }

  private static final class Task {
    private final Runnable work;
    private Task next;

    Task(Runnable work) {
      this.work = work;
    }
  }
}

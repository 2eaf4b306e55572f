package io.myelin.metadata.testing;

import io.myelin.env.Scheduler;
import java.util.ArrayDeque;

/** A process's timers, which can stand still as if the process did. Thread-safe. */
public final class FreezableScheduler implements Scheduler {
  private final Scheduler scheduler;
  private final ArrayDeque<Runnable> due = new ArrayDeque<>();
  private boolean frozen;

  public FreezableScheduler(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  public synchronized void freeze() {
    frozen = true;
  }

  /** What became due meanwhile is done now, on this thread. */
  public void thaw() {
    ArrayDeque<Runnable> late;
    synchronized (this) {
      frozen = false;
      late = new ArrayDeque<>(due);
      due.clear();
    }
    late.forEach(Runnable::run);
  }

  @Override
  public Timer after(long delayMs, Runnable task) {
    return scheduler.after(
        delayMs,
        () -> {
          if (!held(task)) {
            task.run();
          }
        });
  }

  private synchronized boolean held(Runnable task) {
    return frozen && due.add(task);
  }
}

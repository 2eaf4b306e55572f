package io.myelin.sim;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs every task on the calling thread, in the order given, never one inside another. Confined to
 * one thread.
 */
public final class CallersThread implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (running) {
      return;
    }
    running = true;
    try {
      for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
        next.run();
      }
    } finally {
      running = false;
    }
  }
}

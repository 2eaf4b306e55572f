package io.myelin.broker.partition;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs what it was given when the test says so, on the test's thread. */
public final class TestingExecutor implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  public void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}

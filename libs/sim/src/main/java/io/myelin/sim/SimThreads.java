package io.myelin.sim;

import io.myelin.env.Threads;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Executors on the simulation's one thread: each task is an event. Serial ones keep their order;
 * the tasks of a pool finish in any.
 */
public final class SimThreads implements Threads {
  private final Simulation simulation;

  SimThreads(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public Executor serial(String name) {
    // A pool of one: whatever is at its head is the only one that may run.
    return new Lane(name, 1);
  }

  @Override
  public Executor pool(String name, int size) {
    return new Lane(name, size);
  }

  /** At most {@code size} of its tasks are events at a time; those overtake each other. */
  private final class Lane implements Executor {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final String name;
    private final int size;
    private int running;

    Lane(String name, int size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public void execute(Runnable task) {
      waiting.add(task);
      startWaiting();
    }

    private void startWaiting() {
      while (running < size && !waiting.isEmpty()) {
        Runnable task = waiting.poll();
        running++;
        simulation.schedule(name, 0, () -> run(task));
      }
    }

    private void run(Runnable task) {
      try {
        task.run();
      } finally {
        running--;
        startWaiting();
      }
    }
  }
}

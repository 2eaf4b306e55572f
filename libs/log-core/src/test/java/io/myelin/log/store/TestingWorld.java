package io.myelin.log.store;

import io.myelin.env.Clock;
import io.myelin.env.Disk;
import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.sim.SimRandomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The outside world of one process, on one thread: work for other threads waits until {@link
 * #runWorkers}, timers until {@link #passTime}. A crash is a new world on the same disk.
 */
public final class TestingWorld implements Clock, Threads, Scheduler {
  public static final LogDirectorySettings SETTINGS = LogDirectorySettings.of("cluster", 1);

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Waiting> timers = new ArrayList<>();
  public final Environment environment;
  private long nowMs = 1_700_000_000_000L;

  private record Waiting(long atMs, Runnable task) {}

  public TestingWorld(Disk disk, long seed) {
    environment = new Environment(this, this, this, disk, new SimRandomness(seed), null);
  }

  public LogDirectory open(Path path) throws IOException {
    return LogDirectory.open(environment, path, SETTINGS);
  }

  /** Runs what waits for a worker, and what that leads to. */
  public void runWorkers() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  /** Runs one task; false if none waits. */
  public boolean runOneWorker() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  public void passTime(long ms) {
    nowMs += ms;
    List<Waiting> due = timers.stream().filter(t -> t.atMs <= nowMs).toList();
    timers.removeAll(due);
    due.forEach(t -> t.task.run());
    runWorkers();
  }

  @Override
  public long wallMs() {
    return nowMs;
  }

  @Override
  public long monotonicNs() {
    return nowMs * 1_000_000;
  }

  @Override
  public Timer after(long delayMs, Runnable task) {
    Waiting waiting = new Waiting(nowMs + delayMs, task);
    timers.add(waiting);
    return () -> timers.remove(waiting);
  }

  @Override
  public Executor serial(String name) {
    return tasks::add;
  }

  @Override
  public Executor pool(String name, int size) {
    return tasks::add;
  }

  @Override
  public void close() {
    tasks.clear();
    timers.clear();
  }
}

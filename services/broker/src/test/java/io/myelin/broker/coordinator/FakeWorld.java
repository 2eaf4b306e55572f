package io.myelin.broker.coordinator;

import io.myelin.env.Clock;
import io.myelin.env.Randomness;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;

/** Time, threads and chance on the test's one thread: nothing happens before {@link #run}. */
public final class FakeWorld implements Clock, Scheduler, Threads, Randomness {
  private static final long START_MS = 1_700_000_000_000L;

  private final Random random;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<FakeTimer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((FakeTimer t) -> t.atMs).thenComparingLong(t -> t.order));
  private long nowMs;
  private long timersMade;

  public FakeWorld(long seed) {
    this.random = new Random(seed);
  }

  private final class FakeTimer implements Timer {
    private final long atMs;
    private final long order = timersMade++;
    private final Runnable task;

    private FakeTimer(long atMs, Runnable task) {
      this.atMs = atMs;
      this.task = task;
    }

    @Override
    public void cancel() {
      timers.remove(this);
    }
  }

  /** Runs what is ready, and what that makes ready. */
  public void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /** Lets time pass, running whatever comes due on the way. */
  public void advance(long ms) {
    long untilMs = nowMs + ms;
    run();
    while (!timers.isEmpty() && timers.peek().atMs <= untilMs) {
      FakeTimer timer = timers.remove();
      nowMs = Math.max(nowMs, timer.atMs);
      timer.task.run();
      run();
    }
    nowMs = untilMs;
  }

  @Override
  public long wallMs() {
    return START_MS + nowMs;
  }

  @Override
  public long monotonicNs() {
    return nowMs * 1_000_000L;
  }

  @Override
  public Timer after(long delayMs, Runnable task) {
    FakeTimer timer = new FakeTimer(nowMs + Math.max(0, delayMs), task);
    timers.add(timer);
    return timer;
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
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }

  @Override
  public void close() {}
}

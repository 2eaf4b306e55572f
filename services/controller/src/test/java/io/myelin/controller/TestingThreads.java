package io.myelin.controller;

import io.myelin.env.Randomness;
import io.myelin.env.Threads;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.Executor;

/** Runs every task on the calling thread, in the order given, never one inside another. */
final class TestingThreads implements Threads {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  @Override
  public Executor serial(String name) {
    return this::run;
  }

  @Override
  public Executor pool(String name, int size) {
    return this::run;
  }

  private void run(Runnable task) {
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

  static Randomness randomness(long seed) {
    Random random = new Random(seed);
    return new Randomness() {
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
    };
  }
}

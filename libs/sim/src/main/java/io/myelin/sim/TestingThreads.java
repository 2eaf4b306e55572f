package io.myelin.sim;

import io.myelin.env.Threads;
import java.util.concurrent.Executor;

/** For tests that need no {@link Simulation}: every executor is one that the test holds. */
public record TestingThreads(Executor serial, Executor pool) implements Threads {

  /** All of them are {@code one}. */
  public TestingThreads(Executor one) {
    this(one, one);
  }

  @Override
  public Executor serial(String name) {
    return serial;
  }

  @Override
  public Executor pool(String name, int size) {
    return pool;
  }
}

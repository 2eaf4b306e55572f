package io.myelin.env;

import java.util.concurrent.Executor;

/**
 * Where work runs. Thread-safe.
 *
 * <p>The simulator runs everything on its one thread, so a task must never wait for another task:
 * it ends and is continued by a message.
 *
 * <p>An exception that a task throws is given to the thread's uncaught exception handler and does
 * not hinder later tasks.
 */
public interface Threads {

  /**
   * Tasks run one at a time, in the order in which they were given, each seeing what the former
   * ones wrote.
   */
  Executor serial(String name);

  /**
   * Tasks may block on disks; at most {@code size} run at once, the others wait in the order of
   * their arrival.
   */
  Executor pool(String name, int size);

  /**
   * Takes no more tasks ({@link java.util.concurrent.RejectedExecutionException}); those taken so
   * far run. Returns when they have, or after ten seconds. Idempotent.
   */
  default void close() {}
}

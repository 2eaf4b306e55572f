package io.myelin.env;

import java.util.concurrent.Executor;

/**
 * Where work runs. Thread-safe.
 *
 * <p>The simulator runs everything on its one thread, so a task must never wait for another task:
 * it ends and is continued by a message.
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
}

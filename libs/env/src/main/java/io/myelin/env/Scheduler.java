package io.myelin.env;

/**
 * Runs tasks later. Thread-safe.
 *
 * <p>Tasks run on the scheduler's own thread and must be short: hand over to an executor or a
 * shard. An exception that a task throws is given to the thread's uncaught exception handler and
 * does not end the scheduler.
 */
public interface Scheduler {

  /**
   * Runs {@code task} once, {@code delayMs} milliseconds from now (0 or less: as soon as possible).
   */
  Timer after(long delayMs, Runnable task);

  /** Forgets all tasks and ends the scheduler's thread; later tasks never run. Idempotent. */
  default void close() {}

  /** A task that is waiting for its time. */
  interface Timer {
    /**
     * The task will not start after this returns, unless it has started already. Idempotent,
     * thread-safe, cheap.
     */
    void cancel();
  }
}

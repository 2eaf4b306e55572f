package io.myelin.env;

/**
 * The outside world, handed to whoever needs several of its parts. Whoever created it closes it,
 * last of all.
 */
public record Environment(
    Clock clock,
    Scheduler scheduler,
    Threads threads,
    Disk disk,
    Randomness randomness,
    Network network)
    implements AutoCloseable {

  /** Ends the threads of its parts: no callbacks and timers any more, then the tasks run out. */
  @Override
  public void close() {
    network.close();
    scheduler.close();
    threads.close();
  }
}

package io.myelin.sim;

import io.myelin.env.Scheduler;
import java.util.concurrent.TimeUnit;

/** Timers in simulated time. */
public final class SimScheduler implements Scheduler {
  /** A century: adding it to the clock's reading must not overflow. */
  private static final long DELAY_MS_MAX = TimeUnit.DAYS.toMillis(36_500);

  private final Simulation simulation;
  private boolean closed;

  SimScheduler(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public Timer after(long delayMs, Runnable task) {
    long delayNs = TimeUnit.MILLISECONDS.toNanos(Math.clamp(delayMs, 0, DELAY_MS_MAX));
    SimEvent event =
        simulation.schedule(
            "timer",
            delayNs,
            () -> {
              if (!closed) {
                task.run();
              }
            });
    return () -> simulation.cancel(event);
  }

  @Override
  public void close() {
    closed = true;
  }
}

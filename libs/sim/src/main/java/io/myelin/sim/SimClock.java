package io.myelin.sim;

import io.myelin.env.Clock;
import java.util.concurrent.TimeUnit;

/** The simulation's time; the wall clock can be made to jump. */
public final class SimClock implements Clock {
  private final Simulation simulation;
  private long wallOffsetMs;

  SimClock(Simulation simulation, long startWallMs) {
    this.simulation = simulation;
    this.wallOffsetMs = startWallMs;
  }

  @Override
  public long wallMs() {
    return wallOffsetMs + TimeUnit.NANOSECONDS.toMillis(simulation.nowNs());
  }

  @Override
  public long monotonicNs() {
    return simulation.nowNs();
  }

  /** Moves the wall clock, forward or back. */
  public void jumpWall(long ms) {
    wallOffsetMs += ms;
  }
}

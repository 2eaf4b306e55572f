package io.myelin.simulation.cluster;

import io.myelin.env.Clock;

/** One machine's clock: its wall clock jumps by itself. */
final class HostClock implements Clock {
  private final Clock world;
  private long offsetMs;

  HostClock(Clock world) {
    this.world = world;
  }

  void jump(long ms) {
    offsetMs += ms;
  }

  @Override
  public long wallMs() {
    return world.wallMs() + offsetMs;
  }

  @Override
  public long monotonicNs() {
    return world.monotonicNs();
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Clock;

/** The machine's clocks. */
public final class JdkClock implements Clock {
  @Override
  public long wallMs() {
    return System.currentTimeMillis();
  }

  @Override
  public long monotonicNs() {
    return System.nanoTime();
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Environment;

/** The real world. */
public final class JdkEnvironment {

  private JdkEnvironment() {}

  /** Starts threads only as they are needed; {@link Environment#close} ends them. */
  public static Environment create() {
    return new Environment(
        new JdkClock(),
        new JdkScheduler(),
        new JdkThreads(),
        new JdkDisk(),
        new JdkRandomness(),
        new JdkNetwork());
  }
}

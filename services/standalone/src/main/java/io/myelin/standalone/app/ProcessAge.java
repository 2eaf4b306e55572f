package io.myelin.standalone.app;

import io.myelin.env.Clock;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** How long this process has lived. */
final class ProcessAge {
  private ProcessAge() {}

  static Duration at(Clock clock) {
    // Not ProcessHandle: its start instant is off by up to a second.
    return Duration.ofMillis(clock.wallMs() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }
}

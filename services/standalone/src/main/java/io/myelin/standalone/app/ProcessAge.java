package io.myelin.standalone.app;

import io.myelin.env.Clock;
import java.time.Duration;
import java.time.Instant;

/** How long this process has lived, from the operating system's record of its start. */
final class ProcessAge {
  private ProcessAge() {}

  static Duration at(Clock clock) {
    Instant now = Instant.ofEpochMilli(clock.wallMs());
    return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
  }
}

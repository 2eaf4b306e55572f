package io.myelin.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.sim.Simulation;
import org.junit.jupiter.api.Test;

class CompactionThrottleTest {
  private static final int STEP_BYTES = 1 << 20;

  private final Simulation simulation = new Simulation(1);
  private double bytesPerSecondMax;
  private final CompactionThrottle throttle =
      new CompactionThrottle(simulation.clock(), () -> bytesPerSecondMax);

  private long nowMs() {
    return simulation.clock().wallMs();
  }

  /** Moves a step's bytes and waits as it is told; milliseconds. */
  private long step(int bytes) {
    long beganMs = nowMs();
    for (long pause = throttle.pauseMs(bytes); pause > 0; pause = throttle.pauseMs(0)) {
      simulation.runFor(pause);
    }
    return nowMs() - beganMs;
  }

  @Test
  void stepsTakeAsLongAsTheLimitSays() {
    bytesPerSecondMax = 300_000;
    long beganMs = nowMs();

    for (int i = 0; i < 100; i++) {
      simulation.runFor(20); // a step itself takes time, which counts
      step(STEP_BYTES);
    }

    long expectedMs = 100L * STEP_BYTES * 1_000 / 300_000;
    assertThat(nowMs() - beganMs).isBetween(expectedMs - 1, expectedMs + 100); // whole milliseconds
  }

  @Test
  void kafkasDefaultIsNoLimit() {
    bytesPerSecondMax = Double.MAX_VALUE;

    assertThat(step(Integer.MAX_VALUE)).isZero();
  }

  @Test
  void whatWasNotUsedIsNotSavedUpBeyondOneStep() {
    bytesPerSecondMax = STEP_BYTES;
    simulation.runFor(60_000);

    assertThat(step(STEP_BYTES)).isZero();
    assertThat(step(STEP_BYTES)).isEqualTo(1_000);
  }

  @Test
  void aLimitThatIsRaisedIsFeltByAPassThatWaits() {
    bytesPerSecondMax = 1;
    assertThat(throttle.pauseMs(STEP_BYTES)).isEqualTo(1_000);
    simulation.runFor(1_000);

    bytesPerSecondMax = 10.0 * STEP_BYTES;

    assertThat(throttle.pauseMs(0)).isZero();
  }

  @Test
  void withNothingAllowedItStandsStillUntilSomethingIs() {
    bytesPerSecondMax = 0;

    assertThat(throttle.pauseMs(1)).isEqualTo(1_000);
    assertThat(throttle.pauseMs(0)).isEqualTo(1_000);
  }
}

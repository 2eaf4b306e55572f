package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final long SESSION_MS = 2_000;

  private final Refusals refusals = new Refusals();

  /** Refused every second, up to and with {@code lastS}: the answer to that one. */
  private boolean refused(long firstS, long lastS, long sessionTimeoutMs) {
    boolean forGood = false;
    for (long s = firstS; s <= lastS; s++) {
      forGood = refusals.refused(TimeUnit.SECONDS.toNanos(s), sessionTimeoutMs);
    }
    return forGood;
  }

  @Test
  void aRefusalMayPassFor15Seconds() {
    assertThat(refused(0, 14, SESSION_MS)).isFalse();
    assertThat(refused(15, 15, SESSION_MS)).isTrue();
  }

  @Test
  void aRefusalMayPassForTwoLongSessions() {
    assertThat(refused(0, 59, 30_000)).isFalse();
    assertThat(refused(60, 60, 30_000)).isTrue();
  }

  @Test
  void afterATimeWithoutAnyControllerItBeginsAnew() {
    refused(0, 10, SESSION_MS);

    assertThat(refused(20, 34, SESSION_MS)).isFalse();
  }

  @Test
  void whoHasBeenAcceptedBeginsAnew() {
    refused(0, 14, SESSION_MS);
    refusals.accepted();

    assertThat(refused(15, 29, SESSION_MS)).isFalse();
  }
}

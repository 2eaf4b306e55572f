package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long MS = 1_000_000;

  private final RateLimit limit = new RateLimit();

  @Test
  void withoutARateNobodyWaits() {
    limit.take(1 << 30, 0);

    assertThat(limit.waitMs(0)).isZero();
  }

  @Test
  void whatWasTakenBeyondTheRateIsWaitedFor() {
    limit.set(1_000, 0);
    assertThat(limit.waitMs(0)).isZero();

    limit.take(2_500, 0);

    assertThat(limit.waitMs(0)).as("it asks again").isEqualTo(1_000);
    assertThat(limit.waitMs(2_000 * MS)).isEqualTo(500);
    assertThat(limit.waitMs(2_500 * MS)).isZero();
  }

  @Test
  void noMoreThanASecondIsSavedUp() {
    limit.set(1_000, 0);

    limit.take(2_000, 60_000 * MS);

    assertThat(limit.waitMs(60_000 * MS)).isEqualTo(1_000);
  }

  @Test
  void anotherRateBeginsAnew() {
    limit.set(1, 0);
    limit.take(1_000_000, 0);

    limit.set(1_000, 0);

    assertThat(limit.waitMs(0)).isZero();
  }

  @Test
  void atARateOfZeroNothingGoes() {
    limit.set(0, 0);

    assertThat(limit.waitMs(1_000_000 * MS)).isPositive();
  }
}

package io.myelin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OffsetTargetTest {
  private static final Instant NOW = Instant.parse("2026-11-22T21:00:00Z");
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  @Test
  void readsOffsetsShiftsAndNames() {
    assertThat(OffsetTarget.parse("earliest", clock)).isEqualTo(new OffsetTarget.Earliest());
    assertThat(OffsetTarget.parse("latest", clock)).isEqualTo(new OffsetTarget.Latest());
    assertThat(OffsetTarget.parse("42", clock)).isEqualTo(new OffsetTarget.At(42));
    assertThat(OffsetTarget.parse("-5", clock)).isEqualTo(new OffsetTarget.Shift(-5));
    assertThat(OffsetTarget.parse("+5", clock)).isEqualTo(new OffsetTarget.Shift(5));
  }

  @Test
  void readsTimesWithZoneWithoutZoneAndAsAnAge() {
    long hourAgo = NOW.toEpochMilli() - 3_600_000;
    for (String text : new String[] {"2026-11-22T20:00:00Z", "2026-11-22T20:00", "1h", "60m"}) {
      assertThat(OffsetTarget.time(text, clock)).as(text).isEqualTo(hourAgo);
    }
    assertThat(OffsetTarget.time("2026-11-22T21:00:00+01:00", clock)).isEqualTo(hourAgo);
    assertThat(OffsetTarget.time(Long.toString(hourAgo), clock)).isEqualTo(hourAgo);
  }

  @Test
  void aTimeThatIsNoneIsRefusedWithExamples() {
    assertThatThrownBy(() -> OffsetTarget.parse("yesterday", clock))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("'yesterday'")
        .hasMessageContaining("90m");
  }
}

package io.myelin.system.pauses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.system.pauses.Pauses.Row;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PausesTest {

  @Test
  void showsMedianAndWorstOfEachFault() {
    Pauses pauses = new Pauses();
    Row kill = new Row("a kill", "longest gap", "max 1000");
    Row freeze = new Row("a freeze", "longest gap", "");
    for (int gapMs : new int[] {900, 100, 300}) {
      pauses.add(kill, Duration.ofMillis(gapMs));
    }
    pauses.add(freeze, Duration.ofMillis(10));
    pauses.add(freeze, Duration.ofMillis(30));
    assertThat(pauses.table().lines())
        .containsExactly(
            "| after | milliseconds | times | min | median | max | allowed |",
            "|---|---|---:|---:|---:|---:|---|",
            "| a kill | longest gap | 3 | 100 | 300 | 900 | max 1000 |",
            "| a freeze | longest gap | 2 | 10 | 20 | 30 |  |");
    assertThat(pauses.json())
        .contains("{\"fault\": \"a kill\", \"what\": \"longest gap\"")
        .contains("\"ms\": [900.0, 100.0, 300.0]}");
  }

  @Test
  void aGapThatBeganBeforeTheFaultCounts() throws InterruptedException {
    AckTimes times = new AckTimes();
    for (long ms : new long[] {0, 500, 505, 510, 1510, 1515}) {
      times.add(Duration.ofMillis(ms).toNanos());
    }
    assertThat(times.longestGap(Duration.ofMillis(900).toNanos())).hasMillis(1000);
    assertThat(times.longestGap(Duration.ofMillis(1512).toNanos())).hasMillis(5);
    times.await(2, Duration.ofMillis(1500).toNanos(), Duration.ZERO);
    assertThatThrownBy(
            () -> times.await(3, Duration.ofMillis(1500).toNanos(), Duration.ofMillis(1)))
        .hasMessage("2 acknowledgements within PT0.001S, and 3 were expected");
  }
}

package io.myelin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final String ERASED = "\r\u001b[K";

  private final FakeShell shell = new FakeShell();

  private ProgressBar bar(long total) {
    shell.errIsTerminal = true;
    return new ProgressBar(shell, "records", total);
  }

  @Test
  void whatIsDoneWithinASecondShowsNothing() {
    try (ProgressBar bar = bar(200)) {
      shell.nowNs = SECOND_NS - 1;
      bar.at(199);
    }

    assertThat(shell.errors()).isEmpty();
  }

  @Test
  void afterASecondItShowsTheShareTheCountAndTheRate() {
    ProgressBar bar = bar(200);
    shell.nowNs = 2 * SECOND_NS;
    bar.at(50);

    assertThat(shell.errors())
        .isEqualTo(ERASED + "[#######                       ] 25 %  50 records, 25/s");
  }

  @Test
  void whereNobodyKnowsTheTotalItShowsNoShare() {
    ProgressBar bar = bar(0);
    shell.nowNs = 2 * SECOND_NS;
    bar.at(3_000);

    assertThat(shell.errors()).isEqualTo(ERASED + "3,000 records, 1,500/s");
  }

  @Test
  void itIsDrawnTenTimesASecondAtMost() {
    ProgressBar bar = bar(0);
    shell.nowNs = SECOND_NS;
    bar.at(1);
    shell.nowNs += SECOND_NS / 10 - 1;
    bar.at(2);
    assertThat(shell.errors()).isEqualTo(ERASED + "1 records, 1/s");

    shell.nowNs += 1;
    bar.at(3);
    assertThat(shell.errors()).endsWith(ERASED + "3 records, 3/s");
  }

  @Test
  void inTheEndItIsErased() {
    try (ProgressBar bar = bar(200)) {
      shell.nowNs = SECOND_NS;
      bar.at(50);
    }

    assertThat(shell.errors()).endsWith("/s" + ERASED);
  }

  @Test
  void whereNobodyLooksNothingIsShown() {
    try (ProgressBar bar = new ProgressBar(shell, "records", 200)) {
      shell.nowNs = 5 * SECOND_NS;
      bar.at(50);
    }

    assertThat(shell.errors()).isEmpty();
  }
}

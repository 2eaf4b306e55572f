package io.myelin.bench;

import java.io.PrintStream;
import java.time.Duration;

/** Tells a person what runs and how long it will take; estimates get better as runs finish. */
final class Progress {
  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private double secondsExpected;
  private double expectedDone;
  private double tookDone;
  private int runs;
  private int run;

  Progress(PrintStream out) {
    this.out = out;
  }

  void expect(Scenario scenario, Volumes volumes, int times) {
    runs += times;
    secondsExpected += (double) times * scenario.secondsExpected(volumes);
  }

  void start(String side, Scenario scenario, int pair) {
    run++;
    out.printf(
        "[%d/%d] %-13s %-7s pair %d   about %s left%n",
        run, runs, scenario.name(), side, pair, text(secondsLeft()));
  }

  void done(Scenario scenario, Volumes volumes, double seconds) {
    expectedDone += scenario.secondsExpected(volumes);
    tookDone += seconds;
    secondsExpected -= scenario.secondsExpected(volumes);
    out.printf("        done in %.0f s%n", seconds);
  }

  void say(String line) {
    out.println(line);
  }

  String elapsed() {
    return text((System.nanoTime() - startNanos) / 1e9);
  }

  /** What is left, as much slower or faster than expected as what is done. */
  private double secondsLeft() {
    return secondsExpected * (expectedDone == 0 ? 1 : tookDone / expectedDone);
  }

  private static String text(double seconds) {
    Duration duration = Duration.ofSeconds(Math.round(seconds));
    return "%d:%02d min".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}

package io.myelin.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Correct histories pass, whatever happened in them; and what makes them wrong is found. */
final class GeneratedHistoriesTest {
  private static final Promises ONE_BROKER = new Promises(true);

  // Enough for every mutation to find something that it can spoil.
  private static final int STEPS = 1500;

  @Property(tries = 300)
  void correctHistoriesPass(@ForAll long seed, @ForAll @IntRange(min = 0, max = 3000) int steps) {
    Report report = HistoryChecker.check(CorrectHistory.generate(seed, steps)::forEach, ONE_BROKER);
    assertThat(report.isClean()).as(report.text()).isTrue();
  }

  @Property(tries = 500)
  void mutationsAreFound(@ForAll long seed, @ForAll Mutation mutation) {
    List<Event> events = CorrectHistory.generate(seed, STEPS);
    List<Event> mutated = Mutation.mutated(mutation, events, new Random(seed));
    Report report = HistoryChecker.check(mutated::forEach, new Promises(false));
    assertThat(report.counts().keySet())
        .as(mutation + "\n" + report.text())
        .containsAnyElementsOf(mutation.expected());
  }
}

package io.myelin.env.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Scheduler} does. */
public abstract class SchedulerContract {
  private final List<String> ran = new CopyOnWriteArrayList<>();

  protected abstract Scheduler scheduler();

  protected abstract Clock clock();

  /** Lets time pass until the condition holds; fails if it never does. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void runsTasksInTheOrderOfTheirTimeAndNotTooEarly() {
    long startNs = clock().monotonicNs();
    // Far apart: a machine that stalls between these lines must not change their order.
    scheduler().after(600, () -> ran.add("late"));
    scheduler().after(0, () -> ran.add("now"));
    scheduler().after(30, () -> ran.add("soon"));
    await(() -> ran.size() == 3);

    assertThat(ran).containsExactly("now", "soon", "late");
    assertThat(clock().monotonicNs() - startNs)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(600));
  }

  @Test
  void aCancelledTaskNeverRuns() {
    Scheduler.Timer cancelled = scheduler().after(10, () -> ran.add("cancelled"));
    scheduler().after(20, () -> ran.add("kept"));
    cancelled.cancel();
    cancelled.cancel();
    await(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("kept");
  }

  @Test
  void cancellingSomeOfManyLeavesTheOthers() {
    for (int i = 0; i < 1000; i++) {
      Scheduler.Timer timer = scheduler().after((i * 7919L) % 40, () -> ran.add("x"));
      if (i % 3 == 0) {
        timer.cancel();
      }
    }
    scheduler().after(60, () -> ran.add("end"));
    await(() -> ran.contains("end"));
    assertThat(ran).hasSizeBetween(667, 1001).endsWith("end");
  }

  @Test
  void cancellingAfterTheTaskRanDoesNothing() {
    Scheduler.Timer timer = scheduler().after(0, () -> ran.add("a"));
    await(() -> !ran.isEmpty());
    timer.cancel();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void endlessDelaysDoNotOverflow() {
    scheduler().after(Long.MAX_VALUE, () -> ran.add("never"));
    scheduler().after(Long.MIN_VALUE, () -> ran.add("now"));
    await(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("now");
  }

  @Test
  void aTaskMaySetTheNextOne() {
    scheduler().after(1, () -> scheduler().after(1, () -> ran.add("second")));
    await(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("second");
  }

  @Test
  void nothingRunsAfterClose() {
    scheduler().after(1_000_000, () -> ran.add("never"));
    scheduler().close();
    scheduler().after(0, () -> ran.add("never")).cancel();
    scheduler().close();
    assertThat(ran).isEmpty();
  }
}

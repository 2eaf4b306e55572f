package io.myelin.env.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Threads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Threads} does. */
public abstract class ThreadsContract {

  protected abstract Threads threads();

  /** Lets time pass until the condition holds; fails if it never does. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void aSerialExecutorKeepsTheOrder() {
    Executor serial = threads().serial("serial");
    List<Integer> ran = new CopyOnWriteArrayList<>();
    IntStream.range(0, 1000).forEach(i -> serial.execute(() -> ran.add(i)));
    await(() -> ran.size() == 1000);
    assertThat(ran).isSorted();
  }

  @Test
  void aSerialExecutorWakesUpAgain() {
    Executor serial = threads().serial("serial");
    AtomicInteger ran = new AtomicInteger();
    for (int i = 1; i <= 50; i++) {
      int expected = i;
      serial.execute(ran::incrementAndGet);
      await(() -> ran.get() == expected);
    }
    assertThat(ran).hasValue(50);
  }

  @Test
  void aTaskMayGiveTasksToItsOwnExecutor() {
    Executor serial = threads().serial("serial");
    List<String> ran = new CopyOnWriteArrayList<>();
    serial.execute(
        () -> {
          serial.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    await(() -> ran.size() == 2);
    assertThat(ran).containsExactly("outer", "inner");
  }

  @Test
  void aPoolRunsEverythingAndNeverTooMuchAtOnce() {
    Executor pool = threads().pool("pool", 3);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 500; i++) {
      pool.execute(
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            running.decrementAndGet();
            done.incrementAndGet();
          });
    }
    await(() -> done.get() == 500);
    assertThat(most.get()).isBetween(1, 3);
  }
}

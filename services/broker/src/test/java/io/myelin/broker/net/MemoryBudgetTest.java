package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryBudgetTest {
  private static final Executor SAME_THREAD = Runnable::run;

  private final MemoryBudget budget = new MemoryBudget(100);
  private final List<String> grants = new ArrayList<>();

  private MemoryBudget.Reservation reserve(String name, long bytes) {
    return budget.reserve(bytes, SAME_THREAD, () -> grants.add(name));
  }

  @Test
  void grantsAtOnceWhatFits() {
    assertThat(reserve("a", 60).granted()).isTrue();
    assertThat(reserve("b", 40).granted()).isTrue();
    assertThat(budget.freeBytes()).isZero();
    assertThat(grants).isEmpty();
  }

  @Test
  void serviceIsFirstComeFirstServedEvenIfASmallerOneWouldFit() {
    var a = reserve("a", 60);
    var large = reserve("large", 80);
    var small = reserve("small", 10);
    assertThat(large.granted()).isFalse();
    assertThat(small.granted()).isFalse();

    a.release();

    assertThat(grants).containsExactly("large", "small");
    large.release();
    small.release();
    assertThat(budget.freeBytes()).isEqualTo(100);
  }

  @Test
  void whoGivesUpLetsTheNextOnesPass() {
    var a = reserve("a", 60);
    var large = reserve("large", 80);
    var small = reserve("small", 10);

    large.release();

    assertThat(grants).containsExactly("small");
    assertThat(budget.waiting()).isZero();
    small.release();
    a.release();
    a.release();
    assertThat(budget.freeBytes()).isEqualTo(100);
  }

  @Test
  void moreThanThereIsGetsAllThereIs() {
    var a = reserve("a", 1);
    var huge = reserve("huge", 1_000);
    assertThat(huge.granted()).isFalse();
    a.release();
    assertThat(huge.granted()).isTrue();
    huge.release();
    assertThat(budget.freeBytes()).isEqualTo(100);
  }

  @Test
  @Timeout(60)
  void nobodyIsForgottenWhenThreadsCompete() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Semaphore done = new Semaphore(0);
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      Semaphore granted = new Semaphore(0);
                      var mine = budget.reserve(random.nextInt(70), SAME_THREAD, granted::release);
                      if (!mine.granted() && random.nextInt(10) > 0) {
                        granted.acquireUninterruptibly();
                      }
                      mine.release();
                    }
                    done.release();
                  }));
    }
    assertThat(done.tryAcquire(threads.size(), 50, TimeUnit.SECONDS)).isTrue();
    assertThat(budget.freeBytes()).isEqualTo(100);
    assertThat(budget.waiting()).isZero();
  }
}

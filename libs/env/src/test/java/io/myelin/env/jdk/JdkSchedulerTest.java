package io.myelin.env.jdk;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.env.testing.SchedulerContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class JdkSchedulerTest extends SchedulerContract {
  private final Scheduler scheduler = new JdkScheduler();

  @AfterEach
  void close() {
    scheduler.close();
  }

  @Override
  protected Scheduler scheduler() {
    return scheduler;
  }

  @Override
  protected Clock clock() {
    return new JdkClock();
  }

  @Override
  protected void await(BooleanSupplier condition) {
    Await.until(condition);
  }
}

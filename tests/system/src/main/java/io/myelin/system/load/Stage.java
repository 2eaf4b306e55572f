package io.myelin.system.load;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a part of the load goes on; waiting ends early when it does not. Thread-safe. */
final class Stage {
  private final CountDownLatch over = new CountDownLatch(1);

  boolean isOver() {
    return over.getCount() == 0;
  }

  void end() {
    over.countDown();
  }

  void pause(Duration time) throws InterruptedException {
    // Either way the caller looks at isOver.
    boolean _ = over.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Threads;
import io.myelin.env.testing.ThreadsContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class JdkThreadsTest extends ThreadsContract {
  private final Threads threads = new JdkThreads();

  @AfterEach
  void close() {
    threads.close();
  }

  @Override
  protected Threads threads() {
    return threads;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    Await.until(condition);
  }
}

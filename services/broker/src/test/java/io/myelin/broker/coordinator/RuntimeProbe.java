package io.myelin.broker.coordinator;

import java.util.Set;

/** Looks into a runtime, for tests of the state machines on it. */
public final class RuntimeProbe {
  private RuntimeProbe() {}

  /** Null if the partition is not served. */
  public static <S, Q, K> S committed(CoordinatorRuntime<S, Q, K> runtime, int partition) {
    Snapshot<S, K> snapshot = runtime.served(partition).committed();
    return snapshot == null ? null : snapshot.state();
  }

  /** Whether everything that was decided is committed. */
  public static boolean isQuiet(CoordinatorRuntime<?, ?, ?> runtime, int partition) {
    return runtime.served(partition).isQuiet();
  }

  public static <S, Q, K> Set<K> armedTimers(CoordinatorRuntime<S, Q, K> runtime, int partition) {
    return runtime.served(partition).armedTimers();
  }

  public static int openAnswers(CoordinatorRuntime<?, ?, ?> runtime, int partition) {
    return runtime.served(partition).openAnswers();
  }
}

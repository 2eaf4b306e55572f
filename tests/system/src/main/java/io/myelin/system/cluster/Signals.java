package io.myelin.system.cluster;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals to processes. */
final class Signals {
  private static final long GONE_S_MAX = 60;

  private Signals() {}

  static void freeze(ProcessHandle process) throws IOException, InterruptedException {
    Command.run("kill", "-STOP", Long.toString(process.pid()));
  }

  static void thaw(ProcessHandle process) throws IOException, InterruptedException {
    Command.run("kill", "-CONT", Long.toString(process.pid()));
  }

  /** {@code kill -9}; works on a frozen process, too. */
  static void kill(ProcessHandle process) throws InterruptedException {
    process.destroyForcibly();
    awaitEnd(process);
  }

  static void stop(ProcessHandle process) throws InterruptedException {
    process.destroy();
    awaitEnd(process);
  }

  private static void awaitEnd(ProcessHandle process) throws InterruptedException {
    try {
      process.onExit().get(GONE_S_MAX, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(
          "process " + process.pid() + " did not end within " + GONE_S_MAX + " s", e);
    }
  }
}

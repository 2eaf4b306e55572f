package io.myelin.env.jdk;

/** What all threads of this package have in common. */
final class Workers {
  private Workers() {}

  /**
   * A daemon that cannot be interrupted: an interrupt during a read or write would close the file
   * under everybody who shares it, and nothing here ends its threads that way.
   */
  static Thread newThread(String name, Runnable body) {
    Thread thread =
        new Thread(body, name) {
          @Override
          public void interrupt() {}
        };
    thread.setDaemon(true);
    return thread;
  }

  /** Runs a task; what it throws goes to the current thread's handler. */
  static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      report(e);
    }
  }

  static void report(Throwable e) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    } catch (Throwable ignored) {
      // A handler that fails has nobody left to tell; the JVM does the same at a thread's end.
    }
  }
}

package io.myelin.system.load;

/** Work of one thread of the load. What it throws is a fault of the load itself. */
@FunctionalInterface
interface Task {
  void run() throws InterruptedException;
}

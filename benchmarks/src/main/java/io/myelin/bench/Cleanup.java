package io.myelin.bench;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What must not outlive the harness, however it ends. Safe for use by any thread; {@link #run} also
 * runs on Ctrl-C.
 */
final class Cleanup {
  private static final Set<ProcessHandle> PROCESSES = ConcurrentHashMap.newKeySet();
  private static final Set<Path> DIRECTORIES = ConcurrentHashMap.newKeySet();

  private Cleanup() {}

  static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(Cleanup::run, "cleanup"));
  }

  static void register(Process process) {
    register(process.toHandle());
  }

  static void register(ProcessHandle process) {
    PROCESSES.add(process);
  }

  static void forget(Process process) {
    forget(process.toHandle());
  }

  static void forget(ProcessHandle process) {
    PROCESSES.remove(process);
  }

  static void register(Path directory) {
    DIRECTORIES.add(directory);
  }

  private static void run() {
    for (ProcessHandle process : PROCESSES) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    for (ProcessHandle process : PROCESSES) {
      process.onExit().join();
    }
    DIRECTORIES.forEach(BrokerProcess::deleteTree);
  }
}

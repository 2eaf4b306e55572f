package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One broker with one data directory. Started, killed and started again by the scenario; closing
 * kills it and deletes the directory. Confined to the harness's main thread.
 */
interface BrokerUnderTest extends Target {

  /** How the report names it. */
  String name();

  /** Where its partitions lie. */
  Path dataDirectory();

  /** Spawns the process and returns at once. */
  void start() throws IOException;

  /**
   * Returns when the Kafka listener answers requests; throws with the log's end when it does not.
   */
  void awaitReady() throws IOException, InterruptedException;

  /** The process that listens, which is not always the one that was spawned. */
  long pid() throws IOException;

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException;

  @Override
  default List<Long> brokerPids() throws IOException {
    return List.of(pid());
  }

  @Override
  default List<Long> otherPids() {
    return List.of();
  }
}

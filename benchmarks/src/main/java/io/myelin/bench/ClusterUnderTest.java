package io.myelin.bench;

import java.io.IOException;

/**
 * Three brokers with their controllers, each a process of its own, on one fresh directory. Confined
 * to the harness's main thread.
 */
interface ClusterUnderTest extends Target {
  int BROKERS = 3;

  /** Returns when a broker answers, which need not be all of them. */
  void start() throws IOException, InterruptedException;

  /**
   * SIGKILL; returns when the process is gone.
   *
   * @param id from 1
   */
  void killBroker(int id) throws IOException, InterruptedException;

  /** Starts one that was killed again; need not wait for it. */
  void startBroker(int id) throws IOException, InterruptedException;
}

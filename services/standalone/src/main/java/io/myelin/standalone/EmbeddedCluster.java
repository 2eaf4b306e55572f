package io.myelin.standalone;

/**
 * A whole cluster in this process: the controller, its store and one broker. Used by the thread
 * that starts it, except {@link #isServing()}, which any thread may ask. After a crash, a new one
 * on the same directory recovers what was acknowledged.
 */
public interface EmbeddedCluster extends AutoCloseable {

  /**
   * Returns when clients are served.
   *
   * @throws StartException when it cannot, for a reason that a person can do something about
   */
  Endpoint start();

  /** Whether clients are served now: all parts run and no part has failed. */
  boolean isServing();

  /** Stops in order: listeners, appends, checkpoints, and the mark of a clean stop last. */
  @Override
  void close();

  /**
   * Where clients connect.
   *
   * @param bootstrap what clients write as {@code bootstrap.servers}
   */
  record Endpoint(HostPort bootstrap) {}

  /** Makes a cluster that is not started yet. */
  interface Factory {
    EmbeddedCluster create(Settings settings);
  }
}

package io.myelin.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.api.admin.LogLevels;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What runs in this process: a whole cluster, or a controller or broker of one. Used by the thread
 * that starts it, except {@link #health()}, which any thread may ask. After a crash, a new one on
 * the same directory recovers what was acknowledged.
 */
public interface EmbeddedCluster extends AutoCloseable {

  /**
   * Returns when clients are served.
   *
   * @throws StartException when it cannot, for a reason that a person can do something about
   */
  Endpoint start();

  /** How it is now. May look at every partition: for probes, not for hot paths. */
  Health health();

  /** Completes, with the reason for a person, if it cannot go on after it had started. */
  CompletableFuture<String> ended();

  /** Stops in order: listeners, appends, checkpoints, and the mark of a clean stop last. */
  @Override
  void close();

  /**
   * What is served where.
   *
   * @param serves for a person: "Kafka clients on localhost:9092"
   */
  record Endpoint(String serves) {}

  /**
   * How a cluster is.
   *
   * @param serving whether clients are served: it has started, is not stopping, the metadata can be
   *     written, and some log directory is usable
   * @param problems what is wrong all the same, such as a partition that is offline; for a person
   */
  record Health(boolean serving, List<String> problems) {}

  /** Makes a cluster that is not started yet. */
  interface Factory {
    /**
     * @param meters where the cluster's meters are registered
     * @param logLevels the loggers that clients may adjust
     */
    EmbeddedCluster create(Settings settings, MeterRegistry meters, LogLevels logLevels);
  }
}

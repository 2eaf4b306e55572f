package io.myelin.standalone.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.standalone.EmbeddedCluster;
import io.myelin.standalone.Settings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The cluster of this process, and how far it has come. Started by the main thread; closed by it
 * when the start was refused, and by the thread that ends the process.
 */
@Singleton
final class RunningCluster implements AutoCloseable {
  private final MeterRegistry meters;
  private final LogLevels logLevels;
  private volatile EmbeddedCluster cluster;
  private volatile boolean started;
  private volatile boolean failed;
  private boolean closed;

  /**
   * @param meters the registry itself, not the composite of one that Quarkus offers: each request
   *     records several meters, and would go through two of each
   */
  @Inject
  RunningCluster(PrometheusMeterRegistry meters, LogLevels logLevels) {
    this.meters = meters;
    this.logLevels = logLevels;
  }

  EmbeddedCluster.Endpoint start(Settings settings) {
    EmbeddedCluster.Factory factory =
        ServiceLoader.load(EmbeddedCluster.Factory.class).findFirst().orElseThrow();
    cluster = factory.create(settings, meters, logLevels);
    EmbeddedCluster.Endpoint endpoint = cluster.start();
    started = true;
    cluster.ended().thenAccept(this::fail);
    return endpoint;
  }

  /** The main thread, which waits, is woken and ends the process. */
  private void fail(String reason) {
    failed = true;
    System.err.println("myelin: " + reason);
    Quarkus.asyncExit(1);
  }

  /** Whether it ended by itself. */
  boolean hasFailed() {
    return failed;
  }

  /** Whether the start has finished once. */
  boolean isStarted() {
    return started;
  }

  EmbeddedCluster.Health health() {
    return started
        ? cluster.health()
        : new EmbeddedCluster.Health(false, List.of("starting, or stopping"));
  }

  /**
   * The orderly stop, as a part of Quarkus' own: only that is waited for before the process ends,
   * not the main thread.
   */
  void onStop(@Observes ShutdownEvent stopping) {
    close();
  }

  /** Idempotent; returns when the cluster has stopped, whoever stops it. */
  @Override
  public synchronized void close() {
    EmbeddedCluster closing = cluster;
    if (closing != null && !closed) {
      closed = true;
      started = false;
      closing.close();
    }
  }
}

package io.myelin.standalone.app;

import io.myelin.standalone.EmbeddedCluster;
import io.myelin.standalone.Settings;
import jakarta.inject.Singleton;
import java.util.ServiceLoader;

/** The cluster of this process, and how far it has come. Started and closed by the main thread. */
@Singleton
final class RunningCluster implements AutoCloseable {
  private volatile EmbeddedCluster cluster;
  private volatile boolean started;

  EmbeddedCluster.Endpoint start(Settings settings) {
    EmbeddedCluster.Factory factory =
        ServiceLoader.load(EmbeddedCluster.Factory.class).findFirst().orElseThrow();
    cluster = factory.create(settings);
    EmbeddedCluster.Endpoint endpoint = cluster.start();
    started = true;
    return endpoint;
  }

  /** Whether the start has finished once. */
  boolean isStarted() {
    return started;
  }

  boolean isServing() {
    return started && cluster.isServing();
  }

  @Override
  public void close() {
    EmbeddedCluster closing = cluster;
    if (closing != null) {
      started = false;
      closing.close();
    }
  }
}

package io.myelin.simulation.cluster;

import io.myelin.env.Threads;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Requests on their way from one host to the metadata store: in their order, each after its time,
 * also when the process that sent them is gone meanwhile or stands still.
 */
final class StoreLane implements Threads {
  private final Cluster cluster;
  private final Threads process;

  /**
   * @param process for everything that is not a request
   */
  StoreLane(Cluster cluster, Threads process) {
    this.cluster = cluster;
    this.process = process;
  }

  @Override
  public Executor serial(String name) {
    return name.startsWith("metadata-") ? new Lane() : process.serial(name);
  }

  @Override
  public Executor pool(String name, int size) {
    return process.pool(name, size);
  }

  private final class Lane implements Executor {
    private final ArrayDeque<Runnable> underway = new ArrayDeque<>();

    @Override
    public void execute(Runnable request) {
      underway.add(request);
      cluster
          .simulation()
          .environment()
          .scheduler()
          .after(cluster.storeLatencyMs(), () -> underway.poll().run());
    }
  }
}

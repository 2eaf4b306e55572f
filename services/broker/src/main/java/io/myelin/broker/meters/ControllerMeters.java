package io.myelin.broker.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.env.Clock;
import io.myelin.env.Threads;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The meters of a process in which a controller runs: here, beside the table of all names, and
 * without knowing the controller. Thread-safe.
 */
public final class ControllerMeters {
  private static final double NS_PER_MS = 1e6;

  private final MeterRegistry registry;

  public ControllerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The gauges of the cluster; in a process with a broker, {@link BrokerGauges} has them.
   *
   * @param image the active controller's; an empty one while another controller is active
   */
  public void watch(Supplier<ClusterImage> image, BooleanSupplier active) {
    ClusterGauges gauges = new ClusterGauges(image);
    gauges.bindTo(registry, active);
    ClusterGauges.gauge(registry, KafkaMeter.OFFLINE_PARTITIONS, gauges::leaderless);
  }

  /** The same threads for the controller, whose serial tasks are measured from now on. */
  public Threads measured(Threads threads, Clock clock) {
    DistributionSummary waitedMs = KafkaMeter.EVENT_QUEUE_TIME_MS.summary().register(registry);
    DistributionSummary tookMs =
        KafkaMeter.EVENT_QUEUE_PROCESSING_TIME_MS.summary().register(registry);
    return new Threads() {
      @Override
      public Executor serial(String name) {
        Executor executor = threads.serial(name);
        return task -> {
          long givenNs = clock.monotonicNs();
          executor.execute(
              () -> {
                long startedNs = clock.monotonicNs();
                waitedMs.record((startedNs - givenNs) / NS_PER_MS);
                try {
                  task.run();
                } finally {
                  tookMs.record((clock.monotonicNs() - startedNs) / NS_PER_MS);
                }
              });
        };
      }

      @Override
      public Executor pool(String name, int size) {
        return threads.pool(name, size);
      }
    };
  }

  /** Counts elections of leaders that may lack something; to be subscribed to the controller. */
  public MetadataPublisher.Listener elections() {
    Counter unclean =
        Counter.builder(KafkaMeter.UNCLEAN_ELECTIONS.meter())
            .description(KafkaMeter.UNCLEAN_ELECTIONS.description())
            .register(registry);
    return new MetadataPublisher.Listener() {
      @Override
      public void onImage(ClusterImage before, ClusterImage now) {
        onImage(before, now, MetadataPublisher.Changes.between(before, now));
      }

      @Override
      public void onImage(
          ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
        changes
            .topics()
            .forEach(name -> unclean.increment(uncleanIn(before.topic(name), now.topic(name))));
      }
    };
  }

  private static int uncleanIn(TopicImage before, TopicImage now) {
    if (before == null || now == null || !before.id().equals(now.id())) {
      return 0;
    }
    int unclean = 0;
    for (int p = 0; p < Math.min(before.partitions().size(), now.partitions().size()); p++) {
      unclean += isUnclean(before.partitions().get(p), now.partitions().get(p)) ? 1 : 0;
    }
    return unclean;
  }

  /** It begins an in-sync set of its own, and had no part in what was committed before. */
  private static boolean isUnclean(PartitionImage before, PartitionImage now) {
    return now.hasLeader()
        && now.leaderEpoch() > before.leaderEpoch()
        && now.inSync().size() == 1
        && !before.inSync().contains(now.leader())
        && !before.eligible().contains(now.leader());
  }
}

package io.myelin.broker.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What is to be seen of the cluster in an image. Looked at from the scraper's thread when somebody
 * asks; an image of a million partitions is walked once, not by each gauge.
 */
final class ClusterGauges {
  private final Supplier<ClusterImage> newest;

  /** Of the image that was asked about last. */
  private volatile Counts counts = Counts.of(ClusterImage.empty(""));

  private record Counts(ClusterImage image, long partitions, long leaderless, long imbalanced) {

    static Counts of(ClusterImage image) {
      long partitions = 0;
      long leaderless = 0;
      long imbalanced = 0;
      for (TopicImage topic : image.topics().values()) {
        partitions += topic.partitions().size();
        for (PartitionImage partition : topic.partitions()) {
          leaderless += partition.hasLeader() ? 0 : 1;
          imbalanced += partition.leader() == partition.replicas().getFirst() ? 0 : 1;
        }
      }
      return new Counts(image, partitions, leaderless, imbalanced);
    }
  }

  ClusterGauges(Supplier<ClusterImage> newest) {
    this.newest = newest;
  }

  /** All but those of partitions that nobody serves. */
  void bindTo(MeterRegistry registry, BooleanSupplier active) {
    gauge(registry, KafkaMeter.ACTIVE_CONTROLLER, () -> active.getAsBoolean() ? 1 : 0);
    gauge(registry, KafkaMeter.TOPICS, () -> newest.get().topics().size());
    gauge(registry, KafkaMeter.ALL_PARTITIONS, () -> counts().partitions());
    gauge(registry, KafkaMeter.IMBALANCED, () -> counts().imbalanced());
    gauge(registry, KafkaMeter.BROKERS, () -> brokers(broker -> !broker.fenced()));
    gauge(registry, KafkaMeter.FENCED_BROKERS, () -> brokers(BrokerImage::fenced));
  }

  /** Partitions without a leader. */
  long leaderless() {
    return counts().leaderless();
  }

  static void gauge(MeterRegistry registry, KafkaMeter meter, Supplier<Number> value) {
    Gauge.builder(meter.meter(), value)
        .description(meter.description())
        .strongReference(true)
        .register(registry);
  }

  private Counts counts() {
    ClusterImage image = newest.get();
    Counts known = counts;
    if (known.image() != image) {
      known = Counts.of(image);
      counts = known;
    }
    return known;
  }

  private long brokers(Predicate<BrokerImage> what) {
    return newest.get().brokers().values().stream().filter(what).count();
  }
}

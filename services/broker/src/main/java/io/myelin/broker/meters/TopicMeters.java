package io.myelin.broker.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.Traffic;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What goes in and out, as a whole (an empty {@code topic} label, which Prometheus takes for none)
 * and for the first topics by themselves. Subscribe it after the partitions, which have to know a
 * topic first. Confined to the publisher.
 */
public final class TopicMeters implements MetadataPublisher.Listener {
  /** About 2 KB each, and a line per meter in every scrape; a broker may have thousands. */
  static final int TOPICS_MAX = 200;

  private static final String WHOLE = "";

  private final MeterRegistry registry;
  private final Partitions partitions;
  private final Map<String, List<Meter>> byTopic = new HashMap<>();

  public TopicMeters(MeterRegistry registry, Partitions partitions) {
    this.registry = registry;
    this.partitions = partitions;
    register(
        WHOLE,
        partitions.traffic().whole(),
        () -> partitions.all().stream().mapToLong(Partition::logBytes).sum());
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now) {
    Set<String> all = new HashSet<>(before.topics().keySet());
    all.addAll(now.topics().keySet());
    onImage(before, now, new MetadataPublisher.Changes(all, Set.of(), Set.of()));
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
    Set<String> topics = changes.topics();
    for (String topic : topics) {
      List<Meter> former = byTopic.remove(topic);
      if (former != null) {
        former.forEach(registry::remove);
      }
    }
    for (String topic : topics) {
      Traffic.Counts counts = partitions.traffic().topic(topic);
      if (now.topic(topic) != null && counts != null && byTopic.size() < TOPICS_MAX) {
        byTopic.put(topic, register(topic, counts, () -> logBytes(topic)));
      }
    }
  }

  private List<Meter> register(String topic, Traffic.Counts counts, LogBytes logBytes) {
    List<Meter> meters = new ArrayList<>();
    meters.add(counter(KafkaMeter.MESSAGES_IN, topic, counts, Traffic.Counts::messagesIn));
    meters.add(counter(KafkaMeter.BYTES_IN, topic, counts, Traffic.Counts::bytesIn));
    meters.add(counter(KafkaMeter.BYTES_OUT, topic, counts, Traffic.Counts::bytesOut));
    meters.add(
        Gauge.builder(KafkaMeter.LOG_SIZE.meter(), logBytes::sum)
            .description(KafkaMeter.LOG_SIZE.description())
            .tag("topic", topic)
            .strongReference(true)
            .register(registry));
    return meters;
  }

  private FunctionCounter counter(
      KafkaMeter meter,
      String topic,
      Traffic.Counts counts,
      ToDoubleFunction<Traffic.Counts> value) {
    return FunctionCounter.builder(meter.meter(), counts, value)
        .description(meter.description())
        .tag("topic", topic)
        .register(registry);
  }

  private interface LogBytes {
    long sum();
  }

  private long logBytes(String topic) {
    return partitions.of(topic).stream()
        .filter(Objects::nonNull)
        .mapToLong(Partition::logBytes)
        .sum();
  }
}

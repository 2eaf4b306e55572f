package io.myelin.broker.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.api.fetch.FetchHandler;
import io.myelin.broker.api.fetch.FetchSessions;
import io.myelin.broker.coordinator.group.ClassicState;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.net.Connections;
import io.myelin.broker.net.KafkaServer;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.replica.ReplicationCounts;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What is to be seen of a broker's state. Nothing is counted here: each gauge looks when it is
 * asked, from the scraper's thread, at what the parts publish anyway.
 */
public final class BrokerGauges {
  private final MeterRegistry registry;
  private final int nodeId;

  public BrokerGauges(MeterRegistry registry, int nodeId) {
    this.registry = registry;
    this.nodeId = nodeId;
  }

  /** The gauges of the connections. */
  public void bind(Connections connections, long requestMemoryBytes) {
    gauge(KafkaMeter.MEMORY_AVAILABLE, connections::requestMemoryFreeBytes);
    gauge(KafkaMeter.MEMORY_USED, () -> requestMemoryBytes - connections.requestMemoryFreeBytes());
    gauge(KafkaMeter.FRAMES_WAITING, connections::framesWaiting);
  }

  /** The gauges of the event loops. */
  public void bind(KafkaServer server) {
    gauge(KafkaMeter.EVENT_LOOP_TASKS, server::eventLoopTasks);
  }

  /**
   * The gauges of the replicas here, and of the cluster as the metadata here know it.
   *
   * @param offlineDirectories how many log directories cannot be written to
   */
  public void bind(
      Partitions partitions, MetadataPublisher metadata, IntSupplier offlineDirectories) {
    gauge(KafkaMeter.PARTITIONS, () -> partitions.all().size());
    gauge(KafkaMeter.LEADERS, () -> count(partitions, Partition::isLeading));
    gauge(KafkaMeter.OFFLINE_REPLICAS, () -> count(partitions, BrokerGauges::hasFailed));
    gauge(
        KafkaMeter.UNOPENED,
        () -> count(partitions, partition -> !partition.isOpen() && !hasFailed(partition)));
    gauge(KafkaMeter.OFFLINE_DIRECTORIES, offlineDirectories::getAsInt);
    gauge(KafkaMeter.SHARD_MAILBOX, partitions::mailboxed);
    gauge(KafkaMeter.UNDER_REPLICATED, () -> underReplicated(metadata.image()));
    gauge(
        KafkaMeter.UNDER_MIN_IN_SYNC,
        () -> count(partitions, partition -> spare(partition, metadata.image()) < 0));
    gauge(
        KafkaMeter.AT_MIN_IN_SYNC,
        () -> count(partitions, partition -> spare(partition, metadata.image()) == 0));
    gauge(
        KafkaMeter.REASSIGNING,
        () -> count(metadata.image(), p -> p.leader() == nodeId && p.isReassigning()));
    ClusterGauges cluster = new ClusterGauges(metadata::image);
    cluster.bindTo(registry, () -> metadata.image().controllerId() == nodeId);
    gauge(
        KafkaMeter.OFFLINE_PARTITIONS,
        () ->
            cluster.leaderless()
                + count(partitions, partition -> partition.isLeading() && hasFailed(partition)));
  }

  /** The gauges of fetches. */
  public void bind(FetchHandler fetches, FetchSessions sessions) {
    Gauge.builder(KafkaMeter.PARKED_FETCHES.meter(), fetches::parked)
        .description(KafkaMeter.PARKED_FETCHES.description())
        .tag("delayedOperation", "Fetch")
        .strongReference(true)
        .register(registry);
    gauge(KafkaMeter.FETCH_SESSIONS, sessions::count);
  }

  /** The gauges of the groups that are coordinated here. */
  public void bind(GroupCoordinator groups) {
    gauge(KafkaMeter.GROUPS, () -> groups.groupCount(null));
    gauge(KafkaMeter.GROUPS_EMPTY, () -> groups.groupCount(ClassicState.EMPTY));
    gauge(KafkaMeter.GROUPS_PREPARING, () -> groups.groupCount(ClassicState.PREPARING));
    gauge(KafkaMeter.GROUPS_COMPLETING, () -> groups.groupCount(ClassicState.COMPLETING));
    gauge(KafkaMeter.GROUPS_STABLE, () -> groups.groupCount(ClassicState.STABLE));
    gauge(KafkaMeter.OFFSETS, groups::offsetCount);
  }

  /** The gauges of replication. */
  public void bind(ReplicationCounts counts) {
    counter(KafkaMeter.REPLICATION_BYTES_IN, counts, ReplicationCounts::bytesIn);
    counter(KafkaMeter.REPLICATION_BYTES_OUT, counts, ReplicationCounts::bytesOut);
    counter(KafkaMeter.IN_SYNC_SHRINKS, counts, ReplicationCounts::inSyncShrinks);
    counter(KafkaMeter.IN_SYNC_EXPANDS, counts, ReplicationCounts::inSyncExpands);
  }

  private void gauge(KafkaMeter meter, Supplier<Number> value) {
    ClusterGauges.gauge(registry, meter, value);
  }

  private void counter(
      KafkaMeter meter, ReplicationCounts counts, ToDoubleFunction<ReplicationCounts> value) {
    FunctionCounter.builder(meter.meter(), counts, value)
        .description(meter.description())
        .register(registry);
  }

  private static boolean hasFailed(Partition partition) {
    return partition.failure() != null;
  }

  private static long count(Partitions partitions, Predicate<Partition> what) {
    return partitions.all().stream().filter(what).count();
  }

  private long underReplicated(ClusterImage image) {
    return count(image, p -> p.leader() == nodeId && p.inSync().size() < p.replicas().size());
  }

  /**
   * How many more replicas are in sync than have to be.
   *
   * @return 1 for one that is not led here
   */
  private static int spare(Partition partition, ClusterImage image) {
    PartitionImage state = image.partition(partition.topic(), partition.id());
    return partition.isLeading() && state != null
        ? state.inSync().size()
            - Math.min(partition.settings().inSyncMin(), state.replicas().size())
        : 1;
  }

  private static long count(ClusterImage image, Predicate<PartitionImage> what) {
    long count = 0;
    for (TopicImage topic : image.topics().values()) {
      count += topic.partitions().stream().filter(what).count();
    }
    return count;
  }
}

package io.myelin.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.Apis;
import io.myelin.broker.api.Features;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.api.data.ProducerIds;
import io.myelin.broker.api.fetch.FetchHandler;
import io.myelin.broker.api.fetch.FetchSessions;
import io.myelin.broker.api.fetch.ReadReplicas;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.config.Cordon;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.broker.coordinator.group.GroupConfig;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.coordinator.storage.PartitionCoordinatorLogs;
import io.myelin.broker.image.CurrentLeaders;
import io.myelin.broker.image.GroupLeadership;
import io.myelin.broker.image.ImageOffsetsTopic;
import io.myelin.broker.image.ImageTopicNames;
import io.myelin.broker.image.InternalTopics;
import io.myelin.broker.image.SocketLimits;
import io.myelin.broker.meters.BrokerGauges;
import io.myelin.broker.meters.TopicMeters;
import io.myelin.broker.net.Connections;
import io.myelin.broker.net.NetworkConfig;
import io.myelin.broker.net.RequestObserver;
import io.myelin.broker.partition.LogMaintenance;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.replica.ReplicationCounts;
import io.myelin.broker.session.ReplicaReports;
import io.myelin.env.Environment;
import io.myelin.log.CompactionThrottle;
import io.myelin.log.LogDirectory;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.internals.Topic;

/**
 * A broker without its sockets: log directories, partitions, coordinators, and the {@link
 * #connections} that any channel can be attached to.
 *
 * <p>Threads: opened and closed by one thread, which waits for disks but never for another task, so
 * that the simulator's one thread can do it.
 *
 * <p>Crash rule: after a kill, {@link #open} on the same directories recovers every log, those that
 * clients ask for first.
 */
public final class BrokerCore implements AutoCloseable {
  // Recovery and fsync: more than the cores, since most of them wait for the disk.
  private static final int WORKERS = 4;
  // Cold reads: a slow disk holds up consumers that are behind, nobody else.
  private static final int READERS = 4;

  // A log that has more than this to recover is flushed in the background.
  private static final long UNFLUSHED_BYTES_MAX = 64L << 20;
  // By so much flush.ms may be exceeded. Kafka looks as often as log.flush.scheduler.interval.ms
  // says, by default never.
  private static final long FLUSH_CHECK_MS_MAX = 1_000;
  // A full disk or a missing permission keeps partitions closed for so long after it is mended.
  private static final long REOPEN_MS = 5_000;
  private static final long SESSION_EVICTABLE_AFTER_MS = 120_000;

  private final BrokerConfig config;
  private final Environment env;
  private final BrokerIdentity identity;
  private final MetadataPublisher metadata;
  private final Partitions partitions;
  private final Optional<Replicas> replicas;
  private final GroupCoordinator groups;
  private final FetchHandler fetches;
  private final FetchSessions sessions;
  private final LogMaintenance maintenance;
  private final ProducerIds producerIds;
  private final Connections connections;

  private BrokerCore(
      BrokerConfig config,
      Environment env,
      BrokerIdentity identity,
      MetadataPublisher metadata,
      Partitions partitions,
      Optional<Replicas> replicas,
      GroupCoordinator groups,
      FetchHandler fetches,
      FetchSessions sessions,
      LogMaintenance maintenance,
      ProducerIds producerIds,
      Connections connections) {
    this.config = config;
    this.env = env;
    this.identity = identity;
    this.metadata = metadata;
    this.partitions = partitions;
    this.replicas = replicas;
    this.groups = groups;
    this.fetches = fetches;
    this.sessions = sessions;
    this.maintenance = maintenance;
    this.producerIds = producerIds;
    this.connections = connections;
  }

  /** {@link #open} without loggers that clients could adjust. */
  public static BrokerCore open(
      BrokerConfig config,
      List<Path> logDirs,
      int shardsPerDirectory,
      Environment env,
      String clusterId,
      Controller controller,
      MetadataPublisher metadata,
      RequestObserver observer)
      throws IOException {
    return open(
        config,
        logDirs,
        shardsPerDirectory,
        env,
        clusterId,
        controller,
        metadata,
        Optional.empty(),
        observer,
        LogLevels.NONE);
  }

  /**
   * Opens the directories and follows the metadata; logs are opened by and by.
   *
   * @param shardsPerDirectory as many as cores
   * @param clusterId the cluster that the directories must belong to; new ones will
   * @throws IOException with a message for a person: a directory that cannot be used
   */
  public static BrokerCore open(
      BrokerConfig config,
      List<Path> logDirs,
      int shardsPerDirectory,
      Environment env,
      String clusterId,
      Controller controller,
      MetadataPublisher metadata,
      Optional<RpcTransport> peers,
      RequestObserver observer,
      LogLevels logLevels)
      throws IOException {
    Executor workers = env.threads().pool("worker", WORKERS);
    Executor readers = env.threads().pool("reader", config.fetch().readers().orElse(READERS));
    TopicConfigs topicConfigs = new TopicConfigs(config.all());
    NetworkConfig networkConfig = networkConfig(config); // what it refuses has touched no directory
    List<LogDirectory> directories = LogDirectories.open(config.nodeId(), logDirs, env, clusterId);
    Partitions partitions =
        partitions(config, directories, shardsPerDirectory, env, workers, topicConfigs);
    UUID incarnation = new UUID(env.randomness().nextLong(), env.randomness().nextLong());
    Optional<Replicas> replicas =
        peers.map(
            transport ->
                Replicas.between(
                    config,
                    incarnation,
                    partitions,
                    env,
                    readers,
                    controller,
                    metadata,
                    transport));
    partitions.cordonBy(new Cordon(config.all())::directories);
    metadata.subscribe(partitions);

    GroupConfig groupConfig = groupConfig(config);
    InternalTopics internalTopics = new InternalTopics(config.offsetsTopic());
    OffsetsTopic offsetsTopic = new ImageOffsetsTopic(metadata, controller, internalTopics);
    GroupCoordinator groups =
        new GroupCoordinator(
            groupConfig,
            env,
            new PartitionCoordinatorLogs(partitions, Topic.GROUP_METADATA_TOPIC_NAME, readers),
            offsetsTopic);
    metadata.subscribe(new GroupLeadership(config.nodeId(), groups));

    List<ApiHandler<?, ?>> handlers = new ArrayList<>();
    CurrentLeaders leaders = new CurrentLeaders(metadata);
    FetchSessions sessions =
        new FetchSessions(
            config.fetch().sessionSlots(),
            SESSION_EVICTABLE_AFTER_MS,
            env.clock(),
            env.randomness());
    FetchHandler fetches =
        new FetchHandler(
            partitions,
            leaders,
            new ReadReplicas(config.nodeId(), metadata, config.fetch().rackAware()),
            sessions,
            env.scheduler(),
            readers,
            config.fetch().responseBytesMax());
    handlers.add(fetches);
    ProducerIds producerIds = new ProducerIds(controller::allocateProducerIds);
    handlers.addAll(BrokerApis.data(env, producerIds, partitions, leaders, workers, readers));
    handlers.addAll(BrokerApis.groups(groups, offsetsTopic, new ImageTopicNames(metadata)));
    handlers.addAll(
        BrokerApis.admin(config, topicConfigs, internalTopics, controller, metadata, logLevels));
    Connections connections =
        new Connections(
            networkConfig,
            new Apis(handlers, () -> Features.of(metadata.image())),
            env.clock(),
            observer);
    new SocketLimits(config.all(), connections, workers).follow(metadata);
    BrokerIdentity identity = new BrokerIdentity(config, incarnation, directories);
    if (peers.isPresent()) {
      identity.followRegistrations(metadata, workers); // alone, nobody else could lead
    }
    return new BrokerCore(
        config,
        env,
        identity,
        metadata,
        partitions,
        replicas,
        groups,
        fetches,
        sessions,
        new LogMaintenance(partitions, env.scheduler(), workers),
        producerIds,
        connections);
  }

  private static Partitions partitions(
      BrokerConfig config,
      List<LogDirectory> directories,
      int shardsPerDirectory,
      Environment env,
      Executor workers,
      TopicConfigs topicConfigs)
      throws IOException {
    try {
      return new Partitions(
          config.nodeId(),
          directories,
          shardsPerDirectory,
          env.threads(),
          workers,
          topicConfigs::settings);
    } catch (IOException e) {
      LogDirectories.abandon(directories, e);
      throw e;
    }
  }

  /**
   * What the controller is told of this broker, which is the same as long as it runs.
   *
   * @param listeners where clients reach it, by listener name
   * @param peers where other brokers reach it; empty: it runs alone
   */
  public BrokerRegistration registration(
      Map<String, BrokerImage.Endpoint> listeners, Optional<BrokerImage.Endpoint> peers)
      throws IOException {
    return identity.registration(listeners, peers, env.disk());
  }

  /**
   * The controller knows this broker: from now on logs are looked after in the background, and
   * there are producer ids in stock.
   */
  public void registered() {
    producerIds.stockUp();
    maintenance.start(
        new LogMaintenance.Intervals(
            config.maintenance().retentionCheckIntervalMs(),
            config.maintenance().highWatermarkIntervalMs(),
            Math.min(config.maintenance().flushCheckIntervalMs(), FLUSH_CHECK_MS_MAX),
            UNFLUSHED_BYTES_MAX,
            REOPEN_MS));
    if (config.maintenance().cleanerEnabled()) {
      CompactionThrottle throttle =
          new CompactionThrottle(
              env.clock(),
              () ->
                  config
                      .all()
                      .doubleValue(metadata.image(), "log.cleaner.io.max.bytes.per.second"));
      maintenance.startCompacting(() -> compaction(throttle));
    }
  }

  private LogMaintenance.Compaction compaction(CompactionThrottle throttle) {
    ClusterImage image = metadata.image();
    return new LogMaintenance.Compaction(
        Math.max(1, config.all().longValue(image, "log.cleaner.backoff.ms")),
        // Kafka's default of 128 MiB would be half of a laptop's heap.
        Math.min(
            config.all().longValue(image, "log.cleaner.dedupe.buffer.size"),
            Runtime.getRuntime().maxMemory() / 8),
        throttle);
  }

  /** Makes what there is to see of this broker visible in {@code meters}. */
  public void bindTo(MeterRegistry meters) {
    BrokerGauges gauges = new BrokerGauges(meters, config.nodeId());
    gauges.bind(connections, networkConfig(config).requestMemoryBytes());
    gauges.bind(partitions, metadata, () -> unwritable().size());
    gauges.bind(fetches, sessions);
    gauges.bind(groups);
    gauges.bind(replicas.map(some -> some.node().counts()).orElseGet(ReplicationCounts::new));
    metadata.subscribe(new TopicMeters(meters, partitions));
  }

  /** Log directories that could not be written to at the last checkpoint, and why. Any thread. */
  public Map<Path, IOException> unwritable() {
    return maintenance.unwritable();
  }

  /** Where channels are attached that clients talk through. */
  public Connections connections() {
    return connections;
  }

  /** Takes what other brokers ask for: their followers' streams. */
  public void addTo(RpcHandlers handlers) {
    replicas.ifPresent(some -> some.link().addTo(handlers));
  }

  /** What the controller has to know of this broker's replicas. */
  public ReplicaReports reports() {
    return new PartitionReports(partitions, this::unwritable);
  }

  /** See {@link Partitions#setStraysAside}. Returns at once; any thread. */
  public void setStraysAside() {
    partitions.setStraysAside();
  }

  /** The replicas of this broker. */
  public Partitions partitions() {
    return partitions;
  }

  private static NetworkConfig networkConfig(BrokerConfig config) {
    NetworkConfig defaults = NetworkConfig.defaults();
    BrokerConfig.SocketSettings sockets = config.sockets();
    return new NetworkConfig(
        sockets.connectionsMaxIdleMs(),
        sockets.requestBytesMax(),
        Math.max(defaults.requestMemoryBytes(), sockets.requestBytesMax()),
        defaults.requestMemoryWaitMsMax(),
        defaults.connectionRequestsMax(),
        defaults.connectionBytesMax(),
        sockets.networkThreads().orElse(defaults.ioThreads()),
        sockets.acceptBacklog().orElse(defaults.acceptBacklog()));
  }

  private static GroupConfig groupConfig(BrokerConfig config) {
    BrokerConfig.GroupSettings groups = config.groups();
    return new GroupConfig(
        groups.minSessionTimeoutMs(),
        groups.maxSessionTimeoutMs(),
        groups.initialRebalanceDelayMs(),
        groups.sizeMax(),
        groups.offsetMetadataBytesMax(),
        (int) (groups.offsetsRetentionMs() / 60_000),
        groups.offsetsRetentionCheckIntervalMs(),
        groups.offsetsCommitTimeoutMs());
  }

  /** Appends finish, checkpoints, the mark of a clean stop last. Waits for tasks. */
  @Override
  public void close() throws IOException {
    quiesce().join();
    closeDirectories();
  }

  /**
   * The part of {@link #close} that takes time, for those who must not wait: completes when nothing
   * is appended any more and all logs are closed. An append after the mark of a clean stop would be
   * lost at the next start.
   */
  public CompletableFuture<Void> quiesce() {
    groups.close();
    maintenance.close();
    replicas.ifPresent(some -> some.node().close());
    return partitions
        .close()
        .thenCompose(ended -> LogDirectories.closeLogs(partitions.directories()));
  }

  /** The rest of {@link #close}: checkpoints, the mark of a clean stop last. */
  public void closeDirectories() throws IOException {
    identity.sign(metadata.image());
    LogDirectories.close(partitions.directories());
  }
}

package io.myelin.broker;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.Apis;
import io.myelin.broker.api.Features;
import io.myelin.broker.api.admin.AlterConfigsHandler;
import io.myelin.broker.api.admin.CreatePartitionsHandler;
import io.myelin.broker.api.admin.CreateTopicsHandler;
import io.myelin.broker.api.admin.DeleteTopicsHandler;
import io.myelin.broker.api.admin.DescribeClusterHandler;
import io.myelin.broker.api.admin.DescribeConfigsHandler;
import io.myelin.broker.api.admin.DescribeTopicPartitionsHandler;
import io.myelin.broker.api.admin.ElectLeadersHandler;
import io.myelin.broker.api.admin.IncrementalAlterConfigsHandler;
import io.myelin.broker.api.admin.InternalTopics;
import io.myelin.broker.api.admin.ListConfigResourcesHandler;
import io.myelin.broker.api.admin.ListPartitionReassignmentsHandler;
import io.myelin.broker.api.admin.MetadataHandler;
import io.myelin.broker.api.data.DeleteRecordsHandler;
import io.myelin.broker.api.data.DescribeLogDirsHandler;
import io.myelin.broker.api.data.DescribeProducersHandler;
import io.myelin.broker.api.data.InitProducerIdHandler;
import io.myelin.broker.api.data.ListOffsetsHandler;
import io.myelin.broker.api.data.OffsetForLeaderEpochHandler;
import io.myelin.broker.api.data.ProduceHandler;
import io.myelin.broker.api.data.ProducerIds;
import io.myelin.broker.api.fetch.FetchHandler;
import io.myelin.broker.api.fetch.FetchSessions;
import io.myelin.broker.api.group.DeleteGroupsHandler;
import io.myelin.broker.api.group.DescribeGroupsHandler;
import io.myelin.broker.api.group.FindCoordinatorHandler;
import io.myelin.broker.api.group.HeartbeatHandler;
import io.myelin.broker.api.group.JoinGroupHandler;
import io.myelin.broker.api.group.LeaveGroupHandler;
import io.myelin.broker.api.group.ListGroupsHandler;
import io.myelin.broker.api.group.OffsetCommitHandler;
import io.myelin.broker.api.group.OffsetDeleteHandler;
import io.myelin.broker.api.group.OffsetFetchHandler;
import io.myelin.broker.api.group.SyncGroupHandler;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.broker.coordinator.group.GroupConfig;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.coordinator.group.TopicNames;
import io.myelin.broker.coordinator.storage.PartitionCoordinatorLogs;
import io.myelin.broker.image.GroupLeadership;
import io.myelin.broker.image.ImageOffsetsTopic;
import io.myelin.broker.image.ImageTopicNames;
import io.myelin.broker.net.KafkaServer;
import io.myelin.broker.net.Listener;
import io.myelin.broker.net.NetworkConfig;
import io.myelin.broker.net.RequestObserver;
import io.myelin.broker.partition.LogMaintenance;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Environment;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A broker: its log directories, its partitions, its coordinators, and the front that clients talk
 * to.
 *
 * <p>Threads: {@link #start} and {@link #close} are called by one thread, which may block.
 *
 * <p>Crash rule: after a kill, {@link #start} on the same directories recovers every log, those
 * that clients ask for first.
 */
public final class Broker implements AutoCloseable {
  // Decompression, recovery and fsync: more than the cores, since most of them wait for the disk.
  private static final int WORKERS = 4;
  // Cold reads: a slow disk holds up consumers that are behind, nobody else.
  private static final int READERS = 4;

  // A log that has more than this to recover is flushed in the background.
  private static final long UNFLUSHED_BYTES_MAX = 64L << 20;
  private static final long FLUSH_CHECK_MS = 10_000;
  private static final long SESSION_EVICTABLE_AFTER_MS = 120_000;
  private static final long SHUTDOWN_GRACE_MS = 5_000;

  private final BrokerPlace place;
  private final List<LogDirectory> directories;
  private final Partitions partitions;
  private final GroupCoordinator groups;
  private final LogMaintenance maintenance;
  private final KafkaServer server;
  private final int nodeId;
  private List<InetSocketAddress> addresses = List.of();

  private Broker(
      int nodeId,
      BrokerPlace place,
      List<LogDirectory> directories,
      Partitions partitions,
      GroupCoordinator groups,
      LogMaintenance maintenance,
      KafkaServer server) {
    this.nodeId = nodeId;
    this.place = place;
    this.directories = directories;
    this.partitions = partitions;
    this.groups = groups;
    this.maintenance = maintenance;
    this.server = server;
  }

  /**
   * Opens the directories, follows the metadata, and serves clients when it returns.
   *
   * @throws IOException with a message for a person: a directory that cannot be used, an address
   *     that is taken
   */
  public static Broker start(
      BrokerConfig config,
      BrokerPlace place,
      Environment env,
      Controller controller,
      MetadataPublisher metadata,
      RequestObserver observer)
      throws IOException {
    Executor workers = env.threads().pool("worker", WORKERS);
    Executor readers = env.threads().pool("reader", READERS);
    TopicConfigs topicConfigs = new TopicConfigs(config.all());
    List<LogDirectory> directories =
        openDirectories(config.nodeId(), place.logDirs(), env, metadata.image().clusterId());
    Partitions partitions =
        new Partitions(
            config.nodeId(),
            directories,
            Runtime.getRuntime().availableProcessors(),
            env.threads(),
            workers,
            topicConfigs::settings);
    metadata.subscribe(partitions);

    GroupConfig groupConfig = groupConfig(config);
    OffsetsTopic offsetsTopic = new ImageOffsetsTopic(metadata, controller, groupConfig);
    GroupCoordinator groups =
        new GroupCoordinator(
            groupConfig,
            env,
            new PartitionCoordinatorLogs(partitions, OffsetsTopic.NAME, readers),
            offsetsTopic);
    metadata.subscribe(new GroupLeadership(config.nodeId(), groups));

    List<ApiHandler<?, ?>> handlers = new ArrayList<>();
    handlers.addAll(dataHandlers(config, env, controller, partitions, workers, readers));
    handlers.addAll(groupHandlers(groups, offsetsTopic, new ImageTopicNames(metadata)));
    handlers.addAll(adminHandlers(config, topicConfigs, controller, metadata));
    KafkaServer server =
        new KafkaServer(
            networkConfig(config), new Apis(handlers, () -> Features.NONE), env.clock(), observer);
    LogMaintenance maintenance = new LogMaintenance(partitions, env.scheduler(), workers);
    Broker broker =
        new Broker(config.nodeId(), place, directories, partitions, groups, maintenance, server);
    broker.addresses = server.start(place.listeners());
    controller.register(broker.image()).join();
    maintenance.start(
        new LogMaintenance.Intervals(
            config.maintenance().retentionCheckIntervalMs(),
            config.maintenance().highWatermarkIntervalMs(),
            FLUSH_CHECK_MS,
            UNFLUSHED_BYTES_MAX));
    return broker;
  }

  private static List<LogDirectory> openDirectories(
      int nodeId, List<Path> paths, Environment env, String clusterId) throws IOException {
    List<LogDirectory> directories = new ArrayList<>();
    for (Path path : paths) {
      directories.add(LogDirectory.open(env, path, LogDirectorySettings.of(clusterId, nodeId)));
    }
    return directories;
  }

  private static NetworkConfig networkConfig(BrokerConfig config) {
    NetworkConfig defaults = NetworkConfig.defaults();
    BrokerConfig.SocketSettings sockets = config.sockets();
    return new NetworkConfig(
        sockets.connectionsMaxIdleMs(),
        sockets.maxConnections(),
        sockets.maxConnectionsPerIp(),
        sockets.requestBytesMax(),
        Math.max(defaults.requestMemoryBytes(), sockets.requestBytesMax()),
        defaults.requestMemoryWaitMsMax(),
        defaults.connectionRequestsMax(),
        defaults.connectionBytesMax(),
        sockets.networkThreads().orElse(defaults.ioThreads()));
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
        groups.offsetsCommitTimeoutMs(),
        config.offsetsTopic().partitions(),
        (short) config.offsetsTopic().replicationFactor(),
        config.offsetsTopic().segmentBytes());
  }

  private static List<ApiHandler<?, ?>> dataHandlers(
      BrokerConfig config,
      Environment env,
      Controller controller,
      Partitions partitions,
      Executor workers,
      Executor readers) {
    FetchSessions sessions =
        new FetchSessions(
            config.fetch().sessionSlots(),
            SESSION_EVICTABLE_AFTER_MS,
            env.clock(),
            env.randomness());
    return List.of(
        new ProduceHandler(partitions, env.clock(), env.scheduler()),
        new FetchHandler(
            partitions, sessions, env.scheduler(), readers, config.fetch().responseBytesMax()),
        new ListOffsetsHandler(partitions, readers),
        new OffsetForLeaderEpochHandler(partitions),
        new InitProducerIdHandler(new ProducerIds(controller)),
        new DeleteRecordsHandler(partitions),
        new DescribeProducersHandler(partitions),
        new DescribeLogDirsHandler(partitions, env.disk(), workers));
  }

  private static List<ApiHandler<?, ?>> adminHandlers(
      BrokerConfig config,
      TopicConfigs topicConfigs,
      Controller controller,
      MetadataPublisher metadata) {
    return List.of(
        new MetadataHandler(
            metadata,
            controller,
            new InternalTopics(controller, metadata, config.offsetsTopic()),
            config.topics().autoCreate()),
        new DescribeTopicPartitionsHandler(metadata, config.all()),
        new DescribeClusterHandler(metadata),
        new CreateTopicsHandler(metadata, controller, topicConfigs),
        new DeleteTopicsHandler(metadata, controller, config.topics().deletable()),
        new CreatePartitionsHandler(controller),
        new DescribeConfigsHandler(metadata, config.all()),
        new AlterConfigsHandler(metadata, controller, config.all()),
        new IncrementalAlterConfigsHandler(metadata, controller, config.all()),
        new ListConfigResourcesHandler(metadata),
        new ElectLeadersHandler(metadata),
        new ListPartitionReassignmentsHandler());
  }

  private static List<ApiHandler<?, ?>> groupHandlers(
      GroupCoordinator groups, OffsetsTopic offsetsTopic, TopicNames topics) {
    return List.of(
        new FindCoordinatorHandler(offsetsTopic),
        new JoinGroupHandler(groups),
        new SyncGroupHandler(groups),
        new HeartbeatHandler(groups),
        new LeaveGroupHandler(groups),
        new OffsetCommitHandler(groups, topics),
        new OffsetFetchHandler(groups, topics),
        new OffsetDeleteHandler(groups, topics),
        new DescribeGroupsHandler(groups),
        new ListGroupsHandler(groups),
        new DeleteGroupsHandler(groups));
  }

  /** Where the listeners are bound, in their order. */
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  private BrokerImage image() {
    Map<String, BrokerImage.Endpoint> endpoints = new HashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      Listener listener = place.listeners().get(i);
      InetSocketAddress bound = addresses.get(i);
      endpoints.put(
          listener.name(),
          place
              .advertised()
              .getOrDefault(
                  listener.name(),
                  new BrokerImage.Endpoint(bound.getHostString(), bound.getPort())));
    }
    return new BrokerImage(nodeId, 0, endpoints, Optional.empty(), false);
  }

  /**
   * Stops in order: no new requests, appends finish, checkpoints, the mark of a clean stop last.
   */
  @Override
  public void close() throws IOException {
    server.close(SHUTDOWN_GRACE_MS);
    groups.close();
    maintenance.close();
    // An append after the mark of a clean stop would be lost at the next start.
    partitions.close().join();
    IOException failure = null;
    for (LogDirectory directory : directories) {
      try {
        directory.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

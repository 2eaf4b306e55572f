package io.myelin.broker;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.Apis;
import io.myelin.broker.api.Features;
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
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.coordinator.group.TopicNames;
import io.myelin.broker.coordinator.storage.PartitionCoordinatorLogs;
import io.myelin.broker.image.GroupLeadership;
import io.myelin.broker.image.ImageOffsetsTopic;
import io.myelin.broker.image.ImageTopicNames;
import io.myelin.broker.net.KafkaServer;
import io.myelin.broker.net.Listener;
import io.myelin.broker.net.RequestObserver;
import io.myelin.broker.partition.LogMaintenance;
import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Environment;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

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

  private final BrokerSettings settings;
  private final List<LogDirectory> directories;
  private final GroupCoordinator groups;
  private final LogMaintenance maintenance;
  private final KafkaServer server;
  private List<InetSocketAddress> addresses = List.of();

  private Broker(
      BrokerSettings settings,
      List<LogDirectory> directories,
      GroupCoordinator groups,
      LogMaintenance maintenance,
      KafkaServer server) {
    this.settings = settings;
    this.directories = directories;
    this.groups = groups;
    this.maintenance = maintenance;
    this.server = server;
  }

  /**
   * Opens the directories, follows the metadata, and serves clients when it returns.
   *
   * @param topicSettings a topic's effective settings in an image
   * @param admin handlers of the APIs that ask the controller
   * @throws IOException with a message for a person: a directory that cannot be used, an address
   *     that is taken
   */
  public static Broker start(
      BrokerSettings settings,
      Environment env,
      Controller controller,
      MetadataPublisher metadata,
      BiFunction<ClusterImage, String, PartitionSettings> topicSettings,
      Collection<ApiHandler<?, ?>> admin,
      RequestObserver observer)
      throws IOException {
    Executor workers = env.threads().pool("worker", WORKERS);
    Executor readers = env.threads().pool("reader", READERS);
    List<LogDirectory> directories = openDirectories(settings, env, metadata.image().clusterId());
    Partitions partitions =
        new Partitions(
            settings.nodeId(),
            directories,
            Runtime.getRuntime().availableProcessors(),
            env.threads(),
            workers,
            topicSettings);
    metadata.subscribe(partitions);

    OffsetsTopic offsetsTopic = new ImageOffsetsTopic(metadata, controller, settings.groups());
    GroupCoordinator groups =
        new GroupCoordinator(
            settings.groups(),
            env,
            new PartitionCoordinatorLogs(partitions, OffsetsTopic.NAME, readers),
            offsetsTopic);
    metadata.subscribe(new GroupLeadership(settings.nodeId(), groups));

    List<ApiHandler<?, ?>> handlers = new ArrayList<>(admin);
    handlers.addAll(dataHandlers(settings, env, controller, partitions, workers, readers));
    handlers.addAll(groupHandlers(groups, offsetsTopic, new ImageTopicNames(metadata)));
    KafkaServer server =
        new KafkaServer(
            settings.network(), new Apis(handlers, () -> Features.NONE), env.clock(), observer);
    LogMaintenance maintenance = new LogMaintenance(partitions, env.scheduler(), workers);
    maintenance.start(settings.maintenance());
    Broker broker = new Broker(settings, directories, groups, maintenance, server);
    broker.addresses = server.start(settings.listeners());
    controller.register(broker.image()).join();
    return broker;
  }

  private static List<LogDirectory> openDirectories(
      BrokerSettings settings, Environment env, String clusterId) throws IOException {
    List<LogDirectory> directories = new ArrayList<>();
    for (Path path : settings.logDirs()) {
      directories.add(
          LogDirectory.open(env, path, LogDirectorySettings.of(clusterId, settings.nodeId())));
    }
    return directories;
  }

  private static List<ApiHandler<?, ?>> dataHandlers(
      BrokerSettings settings,
      Environment env,
      Controller controller,
      Partitions partitions,
      Executor workers,
      Executor readers) {
    FetchSessions sessions =
        new FetchSessions(settings.fetchSessionSlots(), 120_000, env.clock(), env.randomness());
    return List.of(
        new ProduceHandler(partitions, env.clock(), env.scheduler()),
        new FetchHandler(partitions, sessions, env.scheduler(), readers, settings.fetchBytesMax()),
        new ListOffsetsHandler(partitions, readers),
        new OffsetForLeaderEpochHandler(partitions),
        new InitProducerIdHandler(new ProducerIds(controller)),
        new DeleteRecordsHandler(partitions),
        new DescribeProducersHandler(partitions),
        new DescribeLogDirsHandler(partitions, env.disk(), workers));
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
      Listener listener = settings.listeners().get(i);
      InetSocketAddress bound = addresses.get(i);
      endpoints.put(
          listener.name(),
          settings
              .advertised()
              .getOrDefault(
                  listener.name(),
                  new BrokerImage.Endpoint(bound.getHostString(), bound.getPort())));
    }
    return new BrokerImage(settings.nodeId(), 0, endpoints, Optional.empty(), false);
  }

  /**
   * Stops in order: no new requests, appends finish, checkpoints, the mark of a clean stop last.
   */
  @Override
  public void close() throws IOException {
    server.close(settings.shutdownGraceMs());
    groups.close();
    maintenance.close();
    for (LogDirectory directory : directories) {
      directory.close();
    }
  }
}

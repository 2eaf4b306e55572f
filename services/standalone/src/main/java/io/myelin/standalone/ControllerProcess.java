package io.myelin.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.meters.ControllerMeters;
import io.myelin.controller.ActiveController;
import io.myelin.controller.BrokerSessions;
import io.myelin.controller.ControllerNode;
import io.myelin.controller.ControllerSettings;
import io.myelin.controller.NetworkProbe;
import io.myelin.controller.StandbyWatch;
import io.myelin.controller.session.AdminServer;
import io.myelin.controller.session.SessionHost.Role;
import io.myelin.controller.session.SessionServer;
import io.myelin.env.Environment;
import io.myelin.env.Threads;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.KnownFeatures;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.etcd.EtcdElectionKey;
import io.myelin.metadata.etcd.EtcdSettings;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.Security;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/** One of a cluster's controllers in this process. It keeps nothing on its own disk. */
final class ControllerProcess implements EmbeddedCluster {
  private static final Logger log = Logger.getLogger(ControllerProcess.class);

  private final Settings settings;
  private final NodeSettings node;
  private final ControllerMeters meters;
  private final Environment env = JdkEnvironment.create();
  private RpcTransport transport;
  private volatile ControllerNode controller;
  private volatile BrokerSessions sessions;

  /** Nothing else ends it. */
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  ControllerProcess(Settings settings, NodeSettings node, MeterRegistry registry) {
    this.settings = settings;
    this.node = node;
    this.meters = new ControllerMeters(registry);
  }

  @Override
  public Endpoint start() {
    try {
      BrokerConfig config = BrokerConfig.ofClusterMember(settings.config());
      config.warnings().forEach(log::warn);
      NetworkProbe probe = new NetworkProbe(env.network());
      sessions =
          new BrokerSessions(
              config.nodeId(),
              node.sessionTimeoutMs(),
              probe,
              env.clock(),
              env.scheduler(),
              env.threads());
      sessions.rebalanceEvery(config.leaderRebalanceIntervalMs());
      Executor serial = env.threads().serial("sessions");
      SessionServer server = new SessionServer(sessions, env.clock(), serial);
      sessions.onRoleChange(server::roleChanged);
      sessions.askReplicasThrough(server::describe);
      RpcHandlers handlers = new RpcHandlers();
      server.addTo(handlers);
      new AdminServer(sessions).addTo(handlers, env.threads().serial("admin"));
      transport = new GrpcTransport(RpcSettings.DEFAULT, new Security.Plaintext(), 1);
      StandbyWatch standbys =
          new StandbyWatch(transport, env.threads(), env.clock(), env.scheduler());
      sessions.knowControllersFrom(standbys);
      standbys.addTo(handlers);
      transport.serve(new Address(node.grpc().host(), node.grpc().port()), handlers);
      controller = node(config, probe, standbys);
      standbys.watchFor(controller);
      meters.watch(
          () -> active().map(ActiveController::image).orElse(ClusterImage.empty("")),
          () -> active().isPresent());
      controller.idTaken().thenAccept(this::end);
      controller.start();
      return new Endpoint("controller %d on %s".formatted(config.nodeId(), node.grpc()));
    } catch (IOException | RuntimeException e) {
      throw StartFailure.of(e, this);
    }
  }

  private Optional<ActiveController> active() {
    return controller.controller();
  }

  private ControllerNode node(BrokerConfig config, NetworkProbe probe, StandbyWatch standbys) {
    Election election =
        EtcdElectionKey.election(new EtcdSettings(node.etcd(), node.etcdPrefix()), env);
    ControllerSettings controllerSettings =
        new ControllerSettings(
            config.nodeId(),
            config.topics().partitions(),
            config.topics().replicationFactor(),
            config.topics().minInSyncReplicas(),
            true,
            KnownFeatures.INITIAL);
    Threads threads = meters.measured(env.threads(), env.clock());
    MetadataPublisher.Listener elections = meters.elections();
    return new ControllerNode(
        election,
        new Candidate(config.nodeId(), node.advertisedGrpc().toString()),
        probe,
        (store, epoch) ->
            ActiveController.start(store, controllerSettings, threads, env.randomness())
                .thenApply(
                    started -> {
                      started.subscribe(elections);
                      return started;
                    }),
        standbys.alsoTelling(sessions),
        env.scheduler(),
        env.threads());
  }

  private void end(Active other) {
    ended.complete(
        ("Controller %d is active at %s already, for a cluster with the same keys in etcd (%s=%s)."
                + " Give this one, at %s, another node.id; or, if it is of another cluster, give that"
                + " cluster another %s")
            .formatted(
                other.candidate().id(),
                other.candidate().endpoint(),
                NodeSettings.ETCD_PREFIX_KEY,
                node.etcdPrefix(),
                node.advertisedGrpc(),
                NodeSettings.ETCD_PREFIX_KEY));
  }

  @Override
  public CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public Health health() {
    ControllerNode started = controller;
    if (started == null) {
      return new Health(false, List.of("not started"));
    }
    if (sessions.storeTooOld().isPresent()) {
      return new Health(false, List.of(sessions.storeTooOld().get()));
    }
    Optional<ActiveController> active = started.controller();
    if (active.isPresent()) {
      return active
          .get()
          .storeFailure()
          .map(
              failure ->
                  new Health(
                      false, List.of("the metadata cannot be written: " + failure.getMessage())))
          .orElse(new Health(true, List.of()));
    }
    if (started.activeUnknown().isPresent()) {
      return new Health(
          false,
          List.of("who is the active controller is unknown: " + started.activeUnknown().get()));
    }
    boolean known = sessions.role() instanceof Role.Standby standby && standby.active().isPresent();
    return known
        ? new Health(true, List.of())
        : new Health(false, List.of("no controller is active, or etcd does not say which"));
  }

  @Override
  public void close() {
    if (controller != null) {
      controller.stop().exceptionally(ControllerProcess::report).join();
    }
    if (transport != null) {
      transport.close();
    }
  }

  private static Void report(Throwable e) {
    log.errorf(e, "The stop was not orderly: %s", e.getMessage());
    return null;
  }
}

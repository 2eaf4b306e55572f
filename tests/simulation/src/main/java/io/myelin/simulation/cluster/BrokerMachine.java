package io.myelin.simulation.cluster;

import io.myelin.broker.BrokerCore;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.RequestObserver;
import io.myelin.broker.session.ClusterSearch;
import io.myelin.broker.session.RemoteController;
import io.myelin.broker.session.SessionEvents;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.simulation.ServerSide;
import io.myelin.simulation.SimulatedEventLoop;
import io.myelin.simulation.SimulatedSocket;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker, put together as its process does it, but for the sockets. */
final class BrokerMachine extends Machine implements ServerSide {
  static final Path LOGS = Path.of("/data");
  static final long LAG_MS_MAX = 1_500;
  private static final String LISTENER = "PLAINTEXT";
  private static final int SHARDS = 2;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "offsets.topic.num.partitions", "1",
          "auto.create.topics.enable", "false",
          "group.initial.rebalance.delay.ms", "50",
          "replica.lag.time.max.ms", Long.toString(LAG_MS_MAX),
          "log.retention.check.interval.ms", "5000",
          "replica.high.watermark.checkpoint.interval.ms", "500");

  private UnpooledByteBufAllocator allocator;
  private SimulatedEventLoop loop;
  private RemoteController controller;
  private BrokerCore core;
  private BrokerRegistration registration;
  private boolean registered;
  private boolean fenced = true;
  private boolean mayStop;
  private String trouble = "";
  private int clients;

  BrokerMachine(Cluster cluster, int id) {
    super(cluster, "broker", id);
  }

  @Override
  void run(Environment env) {
    allocator = new UnpooledByteBufAllocator(false, true);
    loop = new SimulatedEventLoop("loop", env);
    RpcTransport transport =
        cluster.seams().transport(this, new FramedTransport(env, RpcSettings.BROKER));
    int thisLife = life();
    ClusterSearch.clusterId(transport, cluster.controllerAddresses(), env)
        .thenAccept(
            clusterId -> {
              if (isAlive() && life() == thisLife) {
                open(env, transport, clusterId);
              }
            });
  }

  private void open(Environment env, RpcTransport transport, String clusterId) {
    controller =
        new RemoteController(transport, cluster.controllerAddresses(), env, new Events(life()));
    Controller asked = cluster.seams().controller(this, controller);
    try {
      BrokerCore opened =
          BrokerCore.open(
              BrokerConfig.of(settings(), BrokerConfig.CLUSTER_DEFAULTS),
              List.of(LOGS),
              SHARDS,
              env,
              clusterId,
              asked,
              cluster.seams().metadata(this, controller),
              Optional.of(transport),
              RequestObserver.NONE,
              LogLevels.NONE);
      RpcHandlers handlers = new RpcHandlers();
      opened.addTo(handlers);
      transport.serve(new Address(host, Cluster.PEER_PORT), handlers);
      registration =
          cluster
              .seams()
              .registration(
                  this,
                  opened.registration(
                      Map.of(LISTENER, new BrokerImage.Endpoint(host, 9092)),
                      Optional.of(new BrokerImage.Endpoint(host, Cluster.PEER_PORT))));
      core = opened;
      controller.reportOn(core.reports());
    } catch (IOException e) {
      failedToStart(e);
      return;
    }
    int thisLife = life();
    asked
        .register(registration)
        .thenAccept(
            epoch -> {
              if (isAlive() && life() == thisLife) {
                registered = true;
                core.registered();
              }
            });
  }

  /** A start may fail while the disk is sick: somebody starts it again. */
  private void failedToStart(IOException e) {
    trouble = "did not start: " + e.getMessage();
    kill();
  }

  private Map<String, String> settings() {
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.put("node.id", Integer.toString(id));
    return all;
  }

  private final class Events implements SessionEvents {
    private final int ofLife;

    Events(int ofLife) {
      this.ofLife = ofLife;
    }

    @Override
    public void fenced(boolean now) {
      if (ofLife == life()) {
        fenced = now;
        if (!now) {
          core.setStraysAside();
        }
      }
    }

    @Override
    public void mayStop() {
      if (ofLife == life()) {
        mayStop = true;
      }
    }

    @Override
    public void refused(String message) {
      trouble = "refused: " + message;
    }

    @Override
    public void mustStop(String message) {
      if (ofLife == life()) {
        trouble = "must stop: " + message;
        kill();
      }
    }
  }

  @Override
  void ended() {
    core = null;
    controller = null;
    registration = null;
    registered = false;
    fenced = true;
    mayStop = false;
  }

  /** Asks the controller to move its leaders away; {@link #mayStop} follows. */
  void wantToStop() {
    controller.wantToStop();
  }

  /** Checkpoints and the mark of a clean stop; after {@link BrokerCore#quiesce}. */
  void closeInOrder() {
    try {
      core.closeDirectories();
    } catch (IOException e) {
      trouble = "did not stop in order: " + e.getMessage();
    }
  }

  boolean mayStop() {
    return mayStop;
  }

  /** Whether clients find somebody who listens. */
  boolean isServing() {
    return isAlive() && core != null;
  }

  boolean isRegistered() {
    return isServing() && registered;
  }

  /** Whether it knows that the controller does not count on it. */
  boolean isFenced() {
    return fenced;
  }

  /** The last thing that went wrong at a start. */
  String trouble() {
    return trouble;
  }

  /** Null while it does not run. */
  BrokerCore core() {
    return core;
  }

  /** What it said of itself in this life; null before. */
  BrokerRegistration registration() {
    return registration;
  }

  /** The metadata that it follows. */
  ClusterImage image() {
    return controller.image();
  }

  @Override
  public SimulatedSocket accept(SimulatedSocket.Wire wire) {
    if (!isServing()) {
      return null;
    }
    clients++;
    SimulatedSocket socket = new SimulatedSocket(address(clients), allocator, wire);
    BrokerCore served = core;
    socket
        .pipeline()
        .addLast(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                served.connections().attach(channel, LISTENER);
              }
            });
    loop.register(socket);
    return socket;
  }

  private static InetSocketAddress address(int client) {
    try {
      byte[] ip = {10, 0, (byte) (client >> 8), (byte) client};
      return new InetSocketAddress(InetAddress.getByAddress(ip), 1024 + client % 60_000);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}

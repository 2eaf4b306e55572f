package io.myelin.simulation;

import io.myelin.broker.BrokerCore;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.RequestObserver;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Disk;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.FileMetadataStore;
import io.myelin.sim.Crash;
import io.myelin.sim.Simulation;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The machine that the broker runs on: starts it, crashes it, starts it again on what is left.
 * Everything but the sockets is the real thing: controller, file store, broker.
 */
final class SimulatedBroker implements ServerSide {
  static final Path LOGS = Path.of("/data");
  private static final String LISTENER = "PLAINTEXT";
  private static final int EVENT_LOOPS = 2;
  private static final int SHARDS = 2;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "offsets.topic.num.partitions", "3",
          "auto.create.topics.enable", "false",
          "log.retention.check.interval.ms", "2000",
          "replica.high.watermark.checkpoint.interval.ms", "1500");

  private final Simulation simulation;
  private final UnaryOperator<Disk> disk;
  private final Consumer<String> violations;
  private SimulatedProcess process;
  private ActiveController controller;
  private BrokerCore core;
  private UnpooledByteBufAllocator allocator;
  private SimulatedEventLoop[] loops;
  private boolean serving;
  private int life;
  private int clients;

  /**
   * @param disk what the process takes the machine's disk for
   * @param violations is told what must not happen
   */
  SimulatedBroker(Simulation simulation, UnaryOperator<Disk> disk, Consumer<String> violations) {
    this.simulation = simulation;
    this.disk = disk;
    this.violations = violations;
  }

  /** Begins a new life; {@link #isServing} once clients can come. */
  void start() {
    life++;
    int thisLife = life;
    process =
        new SimulatedProcess(
            world(), e -> violations.accept("life " + thisLife + ": a task threw " + Stacks.of(e)));
    allocator = new UnpooledByteBufAllocator(true, true);
    loops = new SimulatedEventLoop[EVENT_LOOPS];
    for (int i = 0; i < EVENT_LOOPS; i++) {
      loops[i] = new SimulatedEventLoop("loop-" + i, process.environment());
    }
    process.environment().threads().serial("main").execute(this::startController);
  }

  private Environment world() {
    Environment all = simulation.environment();
    return new Environment(
        all.clock(),
        all.scheduler(),
        all.threads(),
        disk.apply(all.disk()),
        all.randomness(),
        all.network());
  }

  private void startController() {
    var env = process.environment();
    try {
      FileMetadataStore store =
          FileMetadataStore.open(
              env.disk(),
              LOGS.resolve("metadata"),
              env.threads().serial("store"),
              env.randomness());
      ActiveController.start(
              store,
              new ControllerSettings(0, 1, 1, 1, false, Map.of()),
              env.threads(),
              env.randomness())
          .whenComplete(this::startCore);
    } catch (IOException e) {
      failedToStart(e);
    }
  }

  private void startCore(ActiveController started, Throwable error) {
    if (error != null) {
      failedToStart(error);
      return;
    }
    controller = started;
    BrokerRegistration registration;
    try {
      core =
          BrokerCore.open(
              BrokerConfig.of(SETTINGS, BrokerConfig.STANDALONE_DEFAULTS),
              List.of(LOGS),
              SHARDS,
              process.environment(),
              controller.image().clusterId(),
              controller,
              controller,
              RequestObserver.NONE);
      registration =
          core.registration(
              Map.of(LISTENER, new BrokerImage.Endpoint("broker", 9092)), Optional.empty());
    } catch (IOException e) {
      failedToStart(e);
      return;
    }
    controller
        .register(registration)
        .whenComplete(
            (epoch, refused) -> {
              if (refused != null) {
                failedToStart(refused);
              } else {
                core.registered();
                serving = true;
              }
            });
  }

  /** A start may fail while the disk is sick: an operator tries again. */
  private void failedToStart(Throwable error) {
    if (process.isAlive()) {
      lastStartError = error;
      crash(Crash.PROCESS_KILL);
    }
  }

  private Throwable lastStartError;

  Throwable lastStartError() {
    return lastStartError;
  }

  /** The process ends, now or in the middle of its next disk accesses. */
  void crash(Crash how) {
    serving = false;
    process.end();
    simulation.disk().crash(how);
  }

  /** Begins to stop in order; {@link #stop} ends it when this has completed. */
  CompletableFuture<Void> quiesce() {
    serving = false;
    return core.quiesce();
  }

  void stop() throws IOException {
    core.closeDirectories();
    controller.close();
    process.end();
    simulation.disk().crash(Crash.PROCESS_KILL);
  }

  /** Crashes in the middle of the task that makes the {@code calls}-th disk access from now. */
  void crashWithin(long calls, Runnable crash) {
    process.endWithin(calls, crash);
  }

  boolean isServing() {
    return serving;
  }

  @Override
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public int life() {
    return life;
  }

  BrokerCore core() {
    return core;
  }

  /** Bytes of network buffers in use. */
  long bufferBytes() {
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  @Override
  public SimulatedSocket accept(SimulatedSocket.Wire wire) {
    if (!serving) {
      return null;
    }
    clients++;
    SimulatedSocket socket = new SimulatedSocket(address(clients), allocator, wire);
    socket
        .pipeline()
        .addLast(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                core.connections().attach(channel, LISTENER);
              }
            });
    loops[clients % EVENT_LOOPS].register(socket);
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

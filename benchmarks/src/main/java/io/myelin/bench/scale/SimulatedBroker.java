package io.myelin.bench.scale;

import io.grpc.MethodDescriptor;
import io.myelin.env.Environment;
import io.myelin.env.Scheduler.Timer;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.Heartbeat;
import io.myelin.rpc.controller.v1.Register;
import io.myelin.rpc.controller.v1.ResumePoint;
import io.myelin.rpc.controller.v1.SessionsGrpc;
import io.myelin.rpc.controller.v1.WorkerMessage;
import io.myelin.wire.Registrations;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A broker as the controller sees it: registers, beats, takes pushes, and finds the next controller
 * when its stream ends. It keeps no metadata, only up to which revision it was told: a thousand
 * images would not fit. Confined to the executor unless volatile.
 */
final class SimulatedBroker implements RpcReceiver<Told, WorkerMessage> {
  /** As a broker's own search for the controller does: slower with each round, with jitter. */
  private static final int ROUND_MS_MIN = 25;

  private static final int ROUND_MS_MAX = 400;
  private static final MethodDescriptor<WorkerMessage, Told> SESSION =
      SessionsGrpc.getSessionMethod().toBuilder(
              SessionsGrpc.getSessionMethod().getRequestMarshaller(), new Told.Reader())
          .build();

  private final BrokerRegistration registration;
  private final List<Address> controllers;
  private final String storeId;
  private final RpcTransport transport;
  private final Environment env;
  private final Executor executor;
  private RpcClient client;
  private RpcStream<WorkerMessage> stream;
  private Timer heartbeat;
  private int attempt;
  private int roundMs = ROUND_MS_MIN;
  private int heartbeatMs;
  private boolean dead;
  private volatile long revision;
  private volatile long registeredEpoch;
  private volatile long toldNanos;
  private volatile long bytes;
  private volatile int snapshots;
  private volatile boolean served;

  /**
   * @param revision what it claims to have
   */
  SimulatedBroker(
      BrokerRegistration registration,
      List<Address> controllers,
      String storeId,
      long revision,
      RpcTransport transport,
      Environment env,
      Executor executor) {
    this.registration = registration;
    this.controllers = controllers;
    this.storeId = storeId;
    this.revision = revision;
    this.transport = transport;
    this.env = env;
    this.executor = executor;
  }

  void start() {
    executor.execute(this::dial);
  }

  void die() {
    executor.execute(
        () -> {
          dead = true;
          leave();
        });
  }

  int id() {
    return registration.id();
  }

  long revision() {
    return revision;
  }

  /** When it was told of its newest revision. */
  long toldNanos() {
    return toldNanos;
  }

  long bytes() {
    return bytes;
  }

  int snapshots() {
    return snapshots;
  }

  void resetCounts() {
    bytes = 0;
    snapshots = 0;
  }

  /** It has nothing, like a process that has just started. */
  void forget() {
    executor.execute(() -> revision = 0);
  }

  boolean isRegisteredWith(long epoch) {
    return registeredEpoch == epoch;
  }

  /** Whether a heartbeat of this session was answered. */
  boolean isServed() {
    return served;
  }

  private void dial() {
    if (dead) {
      return;
    }
    client = transport.client(controllers.get(attempt++ % controllers.size()));
    client.open(SESSION, RpcClient.NO_DEADLINE_MS, executor, this);
  }

  @Override
  public void opened(RpcStream<WorkerMessage> opened) {
    stream = opened;
    stream.request(4);
    Register.Builder register = Registrations.register(registration);
    if (revision > 0) {
      register.setResume(ResumePoint.newBuilder().setStoreId(storeId).setRevision(revision));
      register.setRevisionSeen(revision);
    }
    stream.send(WorkerMessage.newBuilder().setRegister(register).build());
  }

  @Override
  public void received(Told told) {
    if (stream == null) {
      return; // it has left
    }
    stream.request(1);
    bytes += told.bytes();
    switch (told.kind()) {
      case REGISTERED -> {
        heartbeatMs = told.sessionTimeoutMs() / 4;
        served = false;
        roundMs = ROUND_MS_MIN;
        registeredEpoch = told.controllerEpoch();
        beat();
      }
      case SNAPSHOT_PART -> {}
      case SNAPSHOT -> {
        snapshots++;
        reached(told.revision());
      }
      case DELTA -> reached(told.revision());
      case HEARTBEAT_ANSWER -> served = true;
      case OTHER -> {}
    }
  }

  private void reached(long newer) {
    toldNanos = System.nanoTime();
    revision = newer;
  }

  private void beat() {
    if (stream != null) {
      stream.send(
          WorkerMessage.newBuilder()
              .setHeartbeat(Heartbeat.newBuilder().setRevisionAcked(revision))
              .build());
      heartbeat = env.scheduler().after(heartbeatMs, () -> executor.execute(this::beat));
    }
  }

  @Override
  public void ended(Ending ending) {
    leave();
    if (!dead) {
      int delayMs = roundMs / 2 + env.randomness().nextInt(roundMs);
      roundMs = Math.min(ROUND_MS_MAX, 2 * roundMs);
      env.scheduler().after(delayMs, () -> executor.execute(this::dial));
    }
  }

  private void leave() {
    stream = null;
    if (heartbeat != null) {
      heartbeat.cancel();
    }
    client.close();
  }
}

package io.myelin.controller;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.Attendance;
import io.myelin.rpc.controller.v1.ControllersGrpc;
import io.myelin.rpc.controller.v1.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Streams between controllers: a standby holds one to the active controller, and has its node look
 * into it when the stream ends. So a takeover need not wait for a lease to expire. The active one
 * knows from them who stands by. Thread-safe; fields are confined to the executor unless volatile.
 */
public final class StandbyWatch {
  /** A stream that cannot be held is opened again so often. */
  private static final long RETRY_MS = 200;

  private final RpcTransport transport;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Executor executor;
  private ControllerNode node;
  private Optional<Active> watched = Optional.empty();
  private RpcClient client;
  private final Map<Integer, Attendant> attendants = new TreeMap<>();
  private volatile List<Attendant> controllers = List.of();

  /**
   * A controller that stands by, or did.
   *
   * @param leftMs when its stream ended, wall clock; empty: it lives
   */
  record Attendant(int id, BrokerImage.Endpoint endpoint, OptionalLong leftMs) {}

  public StandbyWatch(RpcTransport transport, Threads threads, Clock clock, Scheduler scheduler) {
    this.transport = transport;
    this.clock = clock;
    this.scheduler = scheduler;
    this.executor = threads.serial("standby-watch");
  }

  /** The active side: takes the standbys' streams. */
  public void addTo(RpcHandlers handlers) {
    handlers.stream(ControllersGrpc.getAttendMethod(), executor, Attended::new);
  }

  /** The node that is told of a stream's end; before it starts. */
  public void watchFor(ControllerNode standby) {
    executor.execute(
        () -> {
          node = standby;
          attendant(node.self(), OptionalLong.empty());
        });
  }

  /**
   * Of the active controller: this one, and those that stood by at some time since its election.
   * Any thread.
   */
  List<Attendant> controllers() {
    return controllers;
  }

  /** Standbys may attend before this node knows that it leads. */
  private void forgetThoseThatLeft() {
    attendants.values().removeIf(one -> one.leftMs().isPresent());
    controllers = List.copyOf(attendants.values());
  }

  private void attendant(Candidate candidate, OptionalLong leftMs) {
    Address at = Address.parse(candidate.endpoint());
    attendants.put(
        candidate.id(),
        new Attendant(candidate.id(), new BrokerImage.Endpoint(at.host(), at.port()), leftMs));
    controllers = List.copyOf(attendants.values());
  }

  /** Tells {@code other} what the node is, after having taken notice itself. */
  public ControllerNode.Listener alsoTelling(ControllerNode.Listener other) {
    return new ControllerNode.Listener() {
      @Override
      public void leads(ActiveController controller, String storeId, long epoch) {
        executor.execute(
            () -> {
              watch(Optional.empty());
              forgetThoseThatLeft();
            });
        other.leads(controller, storeId, epoch);
      }

      @Override
      public void follows(Optional<Active> active) {
        executor.execute(() -> watch(active));
        other.follows(active);
      }
    };
  }

  private void watch(Optional<Active> active) {
    if (!active.equals(watched)) {
      watched = active;
      closeClient();
      active.ifPresent(this::attend);
    }
  }

  private void attend(Active active) {
    if (!watched.equals(Optional.of(active))) {
      return;
    }
    closeClient();
    client = transport.client(Address.parse(active.candidate().endpoint()));
    client.open(
        ControllersGrpc.getAttendMethod(),
        RpcClient.NO_DEADLINE_MS,
        executor,
        new Attending(active));
  }

  private void ended(Active active) {
    if (watched.equals(Optional.of(active))) {
      node.streamBroke(active.epoch());
      scheduler.after(RETRY_MS, () -> executor.execute(() -> attend(active)));
    }
  }

  private void closeClient() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** The standby's end. */
  private final class Attending implements RpcReceiver<Attendance, Attendance> {
    private final Active active;

    Attending(Active active) {
      this.active = active;
    }

    @Override
    public void opened(RpcStream<Attendance> stream) {
      stream.request(1);
      Address at = Address.parse(node.self().endpoint());
      stream.send(
          Attendance.newBuilder()
              .setControllerId(node.self().id())
              .setEndpoint(Endpoint.newBuilder().setHost(at.host()).setPort(at.port()))
              .build());
    }

    @Override
    public void received(Attendance message) {}

    @Override
    public void ended(Ending ending) {
      StandbyWatch.this.ended(active);
    }
  }

  /** The active controller's end. */
  private final class Attended implements RpcReceiver<Attendance, Attendance> {
    private Optional<Candidate> standby = Optional.empty();

    @Override
    public void opened(RpcStream<Attendance> stream) {
      stream.request(1);
    }

    @Override
    public void received(Attendance message) {
      if (message.hasEndpoint()) {
        Endpoint at = message.getEndpoint();
        standby =
            Optional.of(
                new Candidate(
                    message.getControllerId(), new Address(at.getHost(), at.getPort()).toString()));
        attendant(standby.get(), OptionalLong.empty());
      }
    }

    @Override
    public void ended(Ending ending) {
      standby.ifPresent(one -> attendant(one, OptionalLong.of(clock.wallMs())));
    }
  }
}

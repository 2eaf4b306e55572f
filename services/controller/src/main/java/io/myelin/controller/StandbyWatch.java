package io.myelin.controller;

import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import io.myelin.metadata.Election.Active;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.Attendance;
import io.myelin.rpc.controller.v1.ControllersGrpc;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Streams between controllers: a standby holds one to the active controller, and has its node look
 * into it when the stream ends. So a takeover need not wait for a lease to expire. Thread-safe;
 * fields are confined to the executor.
 */
public final class StandbyWatch {
  /** A stream that cannot be held is opened again so often. */
  private static final long RETRY_MS = 200;

  private final RpcTransport transport;
  private final Scheduler scheduler;
  private final Executor executor;
  private ControllerNode node;
  private Optional<Active> watched = Optional.empty();
  private RpcClient client;

  public StandbyWatch(RpcTransport transport, Threads threads, Scheduler scheduler) {
    this.transport = transport;
    this.scheduler = scheduler;
    this.executor = threads.serial("standby-watch");
  }

  /** The active side: takes the standbys' streams. */
  public void addTo(RpcHandlers handlers) {
    handlers.stream(ControllersGrpc.getAttendMethod(), executor, Attended::new);
  }

  /** The node that is told of a stream's end; before it starts. */
  public void watchFor(ControllerNode standby) {
    executor.execute(() -> node = standby);
  }

  /** Tells {@code other} what the node is, after having taken notice itself. */
  public ControllerNode.Listener alsoTelling(ControllerNode.Listener other) {
    return new ControllerNode.Listener() {
      @Override
      public void leads(ActiveController controller, String storeId, long epoch) {
        executor.execute(() -> watch(Optional.empty()));
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
    }

    @Override
    public void received(Attendance message) {}

    @Override
    public void ended(Ending ending) {
      StandbyWatch.this.ended(active);
    }
  }

  /** The active controller's end. */
  private static final class Attended implements RpcReceiver<Attendance, Attendance> {
    @Override
    public void opened(RpcStream<Attendance> stream) {
      stream.request(1);
    }

    @Override
    public void received(Attendance message) {}

    @Override
    public void ended(Ending ending) {}
  }
}

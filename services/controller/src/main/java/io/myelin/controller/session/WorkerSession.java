package io.myelin.controller.session;

import io.myelin.controller.session.SessionHost.Beat;
import io.myelin.controller.session.SessionHost.Known;
import io.myelin.controller.session.SessionHost.Registration;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.controller.session.SessionHost.Role;
import io.myelin.controller.session.SessionHost.Standing;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Endpoint;
import io.myelin.rpc.controller.v1.Heartbeat;
import io.myelin.rpc.controller.v1.HeartbeatAnswer;
import io.myelin.rpc.controller.v1.NotActive;
import io.myelin.rpc.controller.v1.Register;
import io.myelin.rpc.controller.v1.Registered;
import io.myelin.rpc.controller.v1.ReplicaStates;
import io.myelin.rpc.controller.v1.SessionRefused;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import io.myelin.rpc.controller.v1.WorkerMessage;
import io.myelin.wire.Registrations;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * One worker's stream: registering, registered, ended. Confined to the sessions' executor.
 *
 * <p>A heartbeat is answered before more metadata are sent, and one that finds the stream full is
 * not: the next one is.
 */
final class WorkerSession implements RpcReceiver<WorkerMessage, ControllerMessage> {
  private final SessionServer server;
  private final SessionHost host;
  private final Executor executor;
  private RpcStream<ControllerMessage> stream;
  private boolean registering;
  private boolean registered;
  private boolean over;

  /** Null until it is registered. */
  private MetadataPush push;

  private int broker;
  private long brokerEpoch;
  private long controllerEpoch;

  WorkerSession(SessionServer server, SessionHost host, Executor executor) {
    this.server = server;
    this.host = host;
    this.executor = executor;
  }

  @Override
  public void opened(RpcStream<ControllerMessage> opened) {
    stream = opened;
    stream.request(1);
  }

  @Override
  public void received(WorkerMessage message) {
    stream.request(1);
    if (over) {
      return;
    }
    switch (message.getKindCase()) {
      case REGISTER -> register(message.getRegister());
      case HEARTBEAT -> heartbeat(message.getHeartbeat());
      case REPLICA_STATES -> described(message.getReplicaStates());
      // From a version that says more than this one knows.
      case KIND_NOT_SET -> {}
    }
  }

  @Override
  public void ready() {
    push();
  }

  @Override
  public void finished() {
    stream.finish();
  }

  @Override
  public void ended(Ending ending) {
    over = true;
    if (registered) {
      push.end();
      server.ended(broker, this);
      host.disconnected(broker, brokerEpoch);
    }
  }

  /** The metadata changed. */
  void changed(Changes changes) {
    push.changed(changes);
    push();
  }

  /** This controller is not active any more. */
  void sendAway() {
    refuse(Code.CODE_NOT_ACTIVE, "This controller is not the active one");
  }

  void refuse(Code code, String message) {
    if (over) {
      return;
    }
    over = true;
    if (registered) {
      push.end();
    }
    SessionRefused.Builder refused = SessionRefused.newBuilder().setCode(code).setMessage(message);
    long epoch = controllerEpoch;
    if (host.role() instanceof Role.Standby standby) {
      refused.setNotActive(notActive(standby));
      epoch = Math.max(epoch, standby.epoch());
    }
    if (host.role() instanceof Role.Active active) {
      refused.setSessionTimeoutMs(active.sessionTimeoutMs());
    }
    stream.send(
        ControllerMessage.newBuilder().setControllerEpoch(epoch).setRefused(refused).build());
    stream.finish();
  }

  static NotActive notActive(Role.Standby standby) {
    NotActive.Builder to = NotActive.newBuilder().setControllerEpoch(standby.epoch());
    standby
        .active()
        .ifPresent(at -> to.setActive(Endpoint.newBuilder().setHost(at.host()).setPort(at.port())));
    return to.build();
  }

  private void register(Register register) {
    Role.Active active = server.active();
    if (active == null) {
      sendAway();
      return;
    }
    if (registering) {
      refuse(Code.CODE_INVALID, "A session registers once");
      return;
    }
    registering = true;
    controllerEpoch = active.epoch();
    boolean another = isOfAnotherStore(register, active);
    if (another && register.getControllerEpochSeen() > controllerEpoch) {
      sendAway();
      return;
    }
    Known known =
        new Known(
            register.getClusterId(),
            register.getControllerEpochSeen(),
            another ? 0 : register.getRevisionSeen(),
            register.getLeaderEpochSeen(),
            register.getBrokerEpoch());
    host.register(Registrations.registration(register), known)
        .whenCompleteAsync((result, failure) -> answer(register, result, failure), executor);
  }

  /** Another store counts its revisions anew, and its elections with them. */
  private static boolean isOfAnotherStore(Register register, Role.Active active) {
    return !register.getStoreIdSeen().isEmpty()
        && !register.getStoreIdSeen().equals(active.storeId());
  }

  private void answer(Register register, Registration result, Throwable failure) {
    Role.Active active = server.active();
    if (failure != null) {
      // Unknown whether it is written; the worker tries again, and that is the same registration.
      refuse(Code.CODE_UNSPECIFIED, "The registration failed: " + failure.getMessage());
    } else if (active == null || active.epoch() != controllerEpoch) {
      sendAway();
    } else {
      switch (result) {
        case Registration.Refused refused -> refuse(refused.code(), refused.message());
        case Registration.Accepted accepted -> accept(register, accepted.brokerEpoch(), active);
      }
    }
  }

  private void accept(Register register, long epoch, Role.Active active) {
    broker = register.getBrokerId();
    brokerEpoch = epoch;
    if (over) {
      // The stream ended while the registration was under way.
      host.disconnected(broker, brokerEpoch);
      return;
    }
    registered = true;
    push = new MetadataPush(server.feed(), () -> executor.execute(this::push));
    server.registered(broker, this);
    send(
        ControllerMessage.newBuilder()
            .setRegistered(
                Registered.newBuilder()
                    .setBrokerEpoch(epoch)
                    .setControllerId(active.controllerId())
                    .setSessionTimeoutMs(active.sessionTimeoutMs())
                    .setStoreId(active.storeId())));
    if (register.hasResume() && register.getResume().getStoreId().equals(active.storeId())) {
      push.resume(register.getResume().getRevision());
    }
    push();
  }

  private void heartbeat(Heartbeat beat) {
    if (!registered) {
      return;
    }
    host.heard(
            broker,
            brokerEpoch,
            new Beat(
                beat.getRevisionAcked(),
                beat.getWantsToStop(),
                beat.getCordoned(),
                ReplicaMessages.offline(beat)))
        .thenAcceptAsync(standing -> answer(beat, standing), executor);
  }

  private void answer(Heartbeat beat, Standing standing) {
    if (!standing.registered()) {
      // A registration of its former life may have been late. The worker registers anew.
      refuse(
          Code.CODE_SUPERSEDED,
          "The registration of broker %d is not the latest one any more".formatted(broker));
      return;
    }
    send(
        ControllerMessage.newBuilder()
            .setHeartbeatAnswer(
                HeartbeatAnswer.newBuilder()
                    .setSequence(beat.getSequence())
                    .setFenced(standing.fenced())
                    .setMayStop(standing.mayStop())));
    // One that waits for its snapshot asks whether somebody's place is free who stands still.
    push();
  }

  /** Asked again by whoever wants to know, if it is lost. */
  void describe(List<Replica> replicas) {
    if (registered && stream.isReady()) {
      send(ControllerMessage.newBuilder().setDescribeReplicas(ReplicaMessages.describe(replicas)));
    }
  }

  private void described(ReplicaStates states) {
    if (registered) {
      host.described(broker, brokerEpoch, ReplicaMessages.ends(states));
    }
  }

  private void push() {
    while (registered && !over && stream.isReady()) {
      ControllerMessage.Builder next = push.next();
      if (next == null) {
        return;
      }
      send(next);
    }
  }

  private void send(ControllerMessage.Builder message) {
    if (!over) {
      stream.send(message.setControllerEpoch(controllerEpoch).build());
    }
  }
}

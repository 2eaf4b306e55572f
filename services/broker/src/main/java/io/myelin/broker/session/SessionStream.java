package io.myelin.broker.session;

import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Heartbeat;
import io.myelin.rpc.controller.v1.Register;
import io.myelin.rpc.controller.v1.ReplicaStates;
import io.myelin.rpc.controller.v1.WorkerMessage;
import io.myelin.wire.Ids;

/** One attempt at a session, and the session if it succeeds. Confined to the session's executor. */
final class SessionStream implements RpcReceiver<ControllerMessage, WorkerMessage> {
  /** 4: parts of a snapshot on their way while one is applied. */
  private static final int MESSAGES_AHEAD = 4;

  private final RemoteController owner;
  private final Register register;
  private RpcStream<WorkerMessage> stream;
  private long sequence;
  private boolean over;

  SessionStream(RemoteController owner, Register register) {
    this.owner = owner;
    this.register = register;
  }

  @Override
  public void opened(RpcStream<WorkerMessage> opened) {
    stream = opened;
    if (over) {
      stream.cancel("Given up before it was open");
      return;
    }
    stream.request(MESSAGES_AHEAD);
    stream.send(WorkerMessage.newBuilder().setRegister(register).build());
  }

  @Override
  public void received(ControllerMessage message) {
    stream.request(1);
    if (!over) {
      owner.received(this, message);
    }
  }

  @Override
  public void ended(Ending ending) {
    boolean expected = over;
    over = true;
    if (!expected) {
      owner.ended(this, ending);
    }
  }

  /** One that is not taken because the controller does not read is as good as not sent. */
  void heartbeat(long revisionAcked, boolean wantsToStop, ReplicaReports replicas) {
    if (over || stream == null) {
      return;
    }
    Heartbeat.Builder beat =
        Heartbeat.newBuilder()
            .setSequence(++sequence)
            .setRevisionAcked(revisionAcked)
            .setWantsToStop(wantsToStop)
            .setCordoned(replicas.cordoned());
    for (ReplicaReports.Replica offline : replicas.offline()) {
      beat.addOfflineReplicasBuilder()
          .setTopicId(Ids.bytes(offline.topicId()))
          .setPartition(offline.partition());
    }
    stream.send(WorkerMessage.newBuilder().setHeartbeat(beat).build());
  }

  /** The answer to DescribeReplicas, which is asked again if it is lost. */
  void replicaStates(ReplicaStates states) {
    if (!over && stream != null) {
      stream.send(WorkerMessage.newBuilder().setReplicaStates(states).build());
    }
  }

  /** The owner has given it up and is not told of its end. */
  void abandon(String why) {
    if (!over) {
      over = true;
      if (stream != null) {
        stream.cancel(why);
      }
    }
  }
}

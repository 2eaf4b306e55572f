package io.myelin.rpc.framed;

import io.grpc.MethodDescriptor;
import io.myelin.rpc.Address;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.replication.Close;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.ReplicationMethods;
import io.myelin.rpc.testing.RpcWorld;
import java.util.List;

/** A follower that says something 100 times, and a leader that answers each. */
final class Conversation {
  private static final MethodDescriptor<FollowerMessage, LeaderMessage> METHOD =
      ReplicationMethods.replicate(Buffers.onHeap());

  private Conversation() {}

  static void run(RpcWorld world, RpcSettings settings) throws Exception {
    RpcServer server =
        world
            .transport(RpcWorld.Host.SERVER, settings)
            .serve(
                new Address("server", 0),
                new RpcHandlers().stream(METHOD, world.serial("leader"), Leader::new));
    Follower follower = new Follower();
    world
        .transport(RpcWorld.Host.CLIENT, settings)
        .client(world.addressOf(server))
        .open(METHOD, RpcClient.NO_DEADLINE_MS, world.serial("follower"), follower);
    world.await(() -> follower.answers == 100);
  }

  private static final class Leader implements RpcReceiver<FollowerMessage, LeaderMessage> {
    private RpcStream<LeaderMessage> stream;

    @Override
    public void opened(RpcStream<LeaderMessage> opened) {
      stream = opened;
      stream.request(Integer.MAX_VALUE);
    }

    @Override
    public void received(FollowerMessage message) {
      stream.send(new LeaderMessage.Progress(List.of()));
    }

    @Override
    public void ended(Ending ending) {}
  }

  private static final class Follower implements RpcReceiver<LeaderMessage, FollowerMessage> {
    private int answers;

    @Override
    public void opened(RpcStream<FollowerMessage> stream) {
      stream.request(Integer.MAX_VALUE);
      for (int i = 0; i < 100; i++) {
        stream.send(new Close(List.of()));
      }
    }

    @Override
    public void received(LeaderMessage message) {
      answers++;
    }

    @Override
    public void ended(Ending ending) {}
  }
}

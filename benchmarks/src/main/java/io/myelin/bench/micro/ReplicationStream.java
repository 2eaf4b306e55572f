package io.myelin.bench.micro;

import com.sun.management.OperatingSystemMXBean;
import io.grpc.MethodDescriptor;
import io.myelin.env.Threads;
import io.myelin.env.jdk.JdkThreads;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.PooledBuffers;
import io.myelin.rpc.grpc.Security;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.FollowerMessage.Ack;
import io.myelin.rpc.replication.FollowerMessage.AckPartition;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import io.myelin.rpc.replication.PartitionId;
import io.myelin.rpc.replication.RecordBytes;
import io.myelin.rpc.replication.ReplicationMethods;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * What one replication stream costs: pushes batches from a leader to a follower over gRPC on the
 * loopback, both in this process, and prints MB/s and CPU seconds per GB of both sides together,
 * sockets included and logs not. Arguments: bytes of an append, appends per message, GB per round.
 */
public final class ReplicationStream {
  private static final int ROUNDS = 5;
  private static final PartitionId PARTITION = new PartitionId(new UUID(1, 2), 3);
  private static final MethodDescriptor<FollowerMessage, LeaderMessage> METHOD =
      ReplicationMethods.replicate(new PooledBuffers());

  private ReplicationStream() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int appendBytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64 << 10;
    int appendsPerMessage = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    double gb = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 2;
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Threads threads = new JdkThreads();
    try (RpcTransport leaderSide = transport();
        RpcTransport followerSide = transport()) {
      for (int round = 0; round < ROUNDS; round++) {
        Leader leader = new Leader(appendBytes, appendsPerMessage, (long) (gb * 1e9));
        RpcServer server =
            leaderSide.serve(
                new Address("127.0.0.1", 0),
                new RpcHandlers().stream(METHOD, threads.serial("leader"), () -> leader));
        Follower follower = new Follower();
        RpcClient client = followerSide.client(new Address("127.0.0.1", server.port()));
        long startNs = System.nanoTime();
        long startCpuNs = machine.getProcessCpuTime();
        client.open(METHOD, RpcClient.NO_DEADLINE_MS, threads.serial("follower"), follower);
        follower.ended.await();
        double cpuS = (machine.getProcessCpuTime() - startCpuNs) / 1e9;
        double wallS = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%d x %d B: %.0f MB/s, %.2f CPU-s/GB (%s)%n",
            appendsPerMessage,
            appendBytes,
            follower.bytes / wallS / 1e6,
            cpuS / (follower.bytes / 1e9),
            follower.ending);
        client.close();
        server.close();
      }
    }
    threads.close();
  }

  private static RpcTransport transport() {
    return new GrpcTransport(RpcSettings.DEFAULT, new Security.Plaintext(), 1);
  }

  /** Pushes whenever the stream is ready, until everything is sent. */
  private static final class Leader implements RpcReceiver<FollowerMessage, LeaderMessage> {
    private final LeaderMessage message;
    private final long messageBytes;
    private long leftBytes;
    private RpcStream<LeaderMessage> stream;

    Leader(int appendBytes, int appendsPerMessage, long bytes) {
      List<Append> appends = new ArrayList<>();
      for (int i = 0; i < appendsPerMessage; i++) {
        RecordBytes records = RecordBytes.borrowed(ByteBuffer.allocateDirect(appendBytes));
        appends.add(new Append(PARTITION, 1, 1, 1_000_000, 1_000_000, 0, records));
      }
      message = new Appends(appends);
      messageBytes = (long) appendBytes * appendsPerMessage;
      leftBytes = bytes;
    }

    @Override
    public void opened(RpcStream<LeaderMessage> opened) {
      stream = opened;
      stream.request(Integer.MAX_VALUE);
      push();
    }

    @Override
    public void received(FollowerMessage acknowledged) {}

    @Override
    public void ready() {
      push();
    }

    private void push() {
      while (leftBytes > 0 && stream.isReady() && stream.send(message)) {
        leftBytes -= messageBytes;
        if (leftBytes <= 0) {
          stream.finish();
        }
      }
    }

    @Override
    public void ended(Ending ending) {}
  }

  /** Takes, releases and acknowledges. */
  private static final class Follower implements RpcReceiver<LeaderMessage, FollowerMessage> {
    private final CountDownLatch ended = new CountDownLatch(1);
    private RpcStream<FollowerMessage> stream;
    private Ending ending;
    private long bytes;

    @Override
    public void opened(RpcStream<FollowerMessage> opened) {
      stream = opened;
      stream.request(4);
    }

    @Override
    public void received(LeaderMessage message) {
      if (message instanceof Appends appends) {
        for (Append append : appends.appends()) {
          bytes += append.records().size();
          append.records().release();
        }
        stream.send(new Ack(List.of(new AckPartition(PARTITION, 1, 1, bytes, bytes, 0))));
      }
      stream.request(1);
    }

    @Override
    public void ended(Ending how) {
      ending = how;
      ended.countDown();
    }
  }
}

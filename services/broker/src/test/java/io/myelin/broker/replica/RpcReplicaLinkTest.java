package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Environment;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.Lineage;
import io.myelin.rpc.Address;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.ReplicationMethods;
import io.myelin.sim.SimDisk;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broker 1's side of streams to broker 2, which is played by the test. */
final class RpcReplicaLinkTest {
  private static final int PORT = 9_000;
  private static final ReplicaKey KEY = new ReplicaKey(new UUID(7, 7), 0);
  private static final FollowerSays OPENING =
      new FollowerSays.Open(1, 101, 1, new Lineage(LeaderEpochs.NONE, 0, 0));

  private final Simulation simulation = new Simulation(1);
  private final List<LeaderEnd> streams = new ArrayList<>();
  private RpcReplicaLink link;

  /** What broker 2 has of a stream. */
  private static final class LeaderEnd implements RpcReceiver<FollowerMessage, LeaderMessage> {
    final List<FollowerMessage> received = new ArrayList<>();
    RpcStream<LeaderMessage> stream;

    @Override
    public void opened(RpcStream<LeaderMessage> opened) {
      stream = opened;
      opened.request(100);
    }

    @Override
    public void received(FollowerMessage message) {
      received.add(message);
    }

    @Override
    public void ended(Ending ending) {}
  }

  @BeforeEach
  void start() throws IOException {
    serveAsLeader();
    Environment env = simulation.environment("broker-1", new SimDisk(1));
    ClusterImage image =
        ClusterImage.empty("cluster")
            .withBroker(broker(1, Optional.empty()))
            .withBroker(broker(2, Optional.of(new BrokerImage.Endpoint("broker-2", PORT))));
    link =
        new RpcReplicaLink(
            1,
            new UUID(1, 1),
            new FramedTransport(env, RpcSettings.DEFAULT),
            new Standing(image),
            env);
    Executor workers = env.threads().pool("worker", 2);
    Partitions none =
        new Partitions(
            1,
            List.of(
                LogDirectory.open(env, Path.of("/data"), LogDirectorySettings.of("cluster", 1))),
            1,
            env.threads(),
            workers,
            (now, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    link.carryFor(
        new ReplicaNode(
            1, 1_000, none, env, workers, TestingController.deciding(change -> true), link));
  }

  private void serveAsLeader() throws IOException {
    Environment env = simulation.environment("broker-2", new SimDisk(2));
    new FramedTransport(env, RpcSettings.DEFAULT)
        .serve(
            new Address("broker-2", PORT),
            new RpcHandlers()
                .stream(
                    ReplicationMethods.replicate(Buffers.onHeap()),
                    simulation.threads().serial("leader"),
                    () -> {
                      streams.add(new LeaderEnd());
                      return streams.getLast();
                    }));
  }

  private static BrokerImage broker(int id, Optional<BrokerImage.Endpoint> peers) {
    return new BrokerImage(
        id, 100 + id, new UUID(id, id), Map.of(), peers, Optional.empty(), false, false, "");
  }

  /** Metadata that stay as they are. */
  private record Standing(ClusterImage image) implements MetadataPublisher {
    @Override
    public void subscribe(Listener listener) {}
  }

  @Test
  void onlyAnOpeningBeginsAStream() {
    say(new FollowerSays.Ack(1, 5));
    say(new FollowerSays.Close(1, false));
    simulation.runFor(200);
    assertThat(streams).isEmpty();

    say(OPENING);
    say(new FollowerSays.Ack(1, 5));
    simulation.runFor(200);
    assertThat(streams).hasSize(1);
    assertThat(streams.getFirst().received)
        .hasSize(2)
        .first()
        .isInstanceOf(FollowerMessage.Open.class);
  }

  @Test
  void aBrokerThatMayLeadIsDialledBeforeItDoes() {
    link.meet(2);
    simulation.runFor(200);
    assertThat(streams).hasSize(1);
    assertThat(streams.getFirst().received).isEmpty();

    link.meet(2);
    say(OPENING);
    simulation.runFor(200);
    assertThat(streams)
        .singleElement()
        .extracting(end -> end.received, as(LIST))
        .singleElement()
        .isInstanceOf(FollowerMessage.Open.class);
  }

  @Test
  void whatIsLeftToSayOfABrokenStreamIsNotSaid() {
    say(OPENING);
    simulation.runFor(200);
    streams.getFirst().stream.cancel("broken");
    simulation.runFor(200);
    say(new FollowerSays.Close(1, false));
    simulation.runFor(200);
    assertThat(streams).hasSize(1);

    say(OPENING);
    simulation.runFor(200);
    assertThat(streams).hasSize(2);
    assertThat(streams.getLast().received).singleElement().isInstanceOf(FollowerMessage.Open.class);
  }

  private void say(FollowerSays says) {
    link.toLeader(2, Lane.IN_SYNC, KEY, says);
  }
}

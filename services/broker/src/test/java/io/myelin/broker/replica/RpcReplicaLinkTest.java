package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

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
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.PartitionId;
import io.myelin.rpc.replication.ReplicationMethods;
import io.myelin.sim.SimDisk;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broker 1's side of streams to and from broker 2, which is played by the test. */
final class RpcReplicaLinkTest {
  private static final int PORT = 9_000;
  private static final ReplicaKey KEY = new ReplicaKey(new UUID(7, 7), 0);
  private static final FollowerSays OPENING =
      new FollowerSays.Open(1, 101, 1, new Lineage(LeaderEpochs.NONE, 0, 0));

  private final Simulation simulation = new Simulation(1);
  private final List<LeaderEnd> streams = new ArrayList<>();
  private final Environment peer = simulation.environment("broker-2", new SimDisk(2));
  private RpcReplicaLink link;

  /** What broker 2 has of a stream. */
  private static final class LeaderEnd implements RpcReceiver<FollowerMessage, LeaderMessage> {
    final List<FollowerMessage> received = new ArrayList<>();
    RpcStream<LeaderMessage> stream;

    @Override
    public void opened(RpcStream<LeaderMessage> opened) {
      stream = opened;
      opened.request(Integer.MAX_VALUE);
    }

    @Override
    public void received(FollowerMessage message) {
      received.add(message);
    }

    @Override
    public void ended(Ending ending) {}
  }

  /** What broker 2 has of a stream on which it follows. */
  private static final class FollowerEnd implements RpcReceiver<LeaderMessage, FollowerMessage> {
    final List<LeaderMessage> received = new ArrayList<>();
    final int requested;
    RpcStream<FollowerMessage> stream;
    Ending ending;

    FollowerEnd(int requested) {
      this.requested = requested;
    }

    @Override
    public void opened(RpcStream<FollowerMessage> opened) {
      stream = opened;
      opened.request(requested);
    }

    @Override
    public void received(LeaderMessage message) {
      received.add(message);
    }

    @Override
    public void ended(Ending how) {
      ending = how;
    }
  }

  @BeforeEach
  void startAsInABroker() throws IOException {
    serveAsLeader();
    start(RpcSettings.BROKER, PORT);
  }

  private void start(RpcSettings settings, int port) throws IOException {
    Environment env = simulation.environment("broker-1", new SimDisk(1));
    ClusterImage image =
        ClusterImage.empty("cluster")
            .withBroker(broker(1, Optional.empty()))
            .withBroker(broker(2, Optional.of(new BrokerImage.Endpoint("broker-2", PORT))));
    FramedTransport transport = new FramedTransport(env, settings);
    link = new RpcReplicaLink(1, new UUID(1, 1), transport, new Standing(image), env);
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
    RpcHandlers handlers = new RpcHandlers();
    link.addTo(handlers);
    transport.serve(new Address("broker-1", port), handlers);
  }

  private void serveAsLeader() throws IOException {
    new FramedTransport(peer, RpcSettings.BROKER)
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

  /** Broker 2 opens a stream to broker 1, and on it the partition. */
  private FollowerEnd follow(int port, int requested) {
    FollowerEnd follower = new FollowerEnd(requested);
    new FramedTransport(peer, RpcSettings.BROKER)
        .client(new Address("broker-1", port))
        .open(
            ReplicationMethods.replicate(Buffers.onHeap()),
            RpcClient.NO_DEADLINE_MS,
            simulation.threads().serial("follower"),
            follower);
    simulation.runFor(200);
    follower.stream.send(opening(1));
    simulation.runFor(200);
    return follower;
  }

  private static FollowerMessage opening(long session) {
    return new FollowerMessage.Open(
        2,
        102,
        new UUID(2, 2),
        false,
        List.of(
            new FollowerMessage.OpenPartition(
                new PartitionId(KEY.topicId(), KEY.partition()), session, 1, 0, 0, List.of())));
  }

  private void sendRecords(int bytes) {
    LeaderSays records = new LeaderSays.Records(1, 1, 0, ByteBuffer.allocate(bytes), 0, 0);
    link.toFollower(2, Lane.IN_SYNC, KEY, records);
    simulation.runFor(2_000);
  }

  @Test
  void aBatchOfTwentyMegabytesReachesAFollower() {
    FollowerEnd follower = follow(PORT, Integer.MAX_VALUE);

    sendRecords(20 << 20);

    assertThat(follower.ending).isNull();
    assertThat(follower.received)
        .last()
        .isInstanceOfSatisfying(
            LeaderMessage.Appends.class,
            appends ->
                assertThat(appends.appends().getFirst().records().size()).isEqualTo(20 << 20));
  }

  @Test
  void aBatchThatNoMessageCarriesIsNamedOnce() throws IOException {
    start(RpcSettings.BROKER.withAnswerBytesMax(1 << 20), PORT + 1);
    List<String> lines = new ArrayList<>();
    Handler capture = capture(lines);
    // Held: a logger that nobody holds would be collected with its handler.
    Logger log = Logger.getLogger(RpcReplicaLink.class.getName());
    log.addHandler(capture);
    try {
      FollowerEnd first = follow(PORT + 1, Integer.MAX_VALUE);
      sendRecords(2 << 20);
      FollowerEnd second = follow(PORT + 1, Integer.MAX_VALUE);
      sendRecords(2 << 20);

      assertThat(first.ending.kind()).isEqualTo(Ending.Kind.TOO_LARGE);
      assertThat(second.ending.kind()).isEqualTo(Ending.Kind.TOO_LARGE);
      assertThat(lines)
          .singleElement(as(STRING))
          .contains("Broker 2 cannot follow " + KEY.topicId() + "-0")
          .contains("at most 1048576 are allowed");
    } finally {
      log.removeHandler(capture);
    }
  }

  @Test
  void fiftyThousandPartitionsAreOpenedOnTheStreamThatIsBeingDialled() {
    openPartitions(50_000);
    assertOpened(50_000);
  }

  @Test
  void fiftyThousandPartitionsAreOpenedOnAStreamThatIsOpen() {
    link.meet(2);
    simulation.runFor(200);
    openPartitions(50_000);
    assertOpened(50_000);
  }

  private void openPartitions(int count) {
    for (int p = 0; p < count; p++) {
      link.toLeader(2, Lane.IN_SYNC, new ReplicaKey(KEY.topicId(), p), OPENING);
    }
    link.toLeader(2, Lane.IN_SYNC, KEY, new FollowerSays.Ack(1, 5));
    simulation.runFor(60_000); // each message takes a third of a millisecond
  }

  private void assertOpened(int count) {
    assertThat(streams).hasSize(1);
    List<FollowerMessage> received = streams.getFirst().received;
    assertThat(received).hasSize(count + 1);
    for (int p = 0; p < count; p++) {
      FollowerMessage.Open open = (FollowerMessage.Open) received.get(p);
      assertThat(open.partitions().getFirst().partition().partition()).isEqualTo(p);
    }
    assertThat(received).last().isInstanceOf(FollowerMessage.Ack.class);
  }

  @Test
  void allOpeningsOfAFollowerThatDoesNotReadYetAreAnsweredOnItsStream() {
    int openings = 100_000;
    FollowerEnd follower = follow(PORT, 0);
    for (long session = 2; session <= openings; session++) {
      assertThat(simulation.runUntil(follower.stream::isReady, 1_000)).isTrue();
      follower.stream.send(opening((1L << 50) + session));
    }
    simulation.runFor(1_000);
    assertThat(link.isReady(2, Lane.IN_SYNC)).isFalse();

    follower.stream.request(Integer.MAX_VALUE);
    simulation.runFor(60_000);

    assertThat(follower.ending).isNull();
    assertThat(follower.received).hasSize(openings);
    assertThat(link.isReady(2, Lane.IN_SYNC)).isTrue();
  }

  private static Handler capture(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        lines.add(entry.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private void say(FollowerSays says) {
    link.toLeader(2, Lane.IN_SYNC, KEY, says);
  }
}

package io.myelin.broker.replica;

import io.myelin.broker.partition.AppendOutcome;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.PendingAppend;
import io.myelin.env.Environment;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePVector;

/** Brokers 1 to 3 with one partition, {@code t-0}, on one thread, and the test as controller. */
final class ThreeBrokers {
  static final long LAG_MS = 1_000;
  private static final Path DATA = Path.of("/data");
  private static final UUID TOPIC = new UUID(7, 7);
  private static final List<Integer> ALL = List.of(1, 2, 3);

  final Simulation simulation = new Simulation(1);
  private final TreeMap<Integer, Node> nodes = new TreeMap<>();
  private final Set<Integer> cutOff = new HashSet<>();
  private final Set<Integer> full = new HashSet<>();
  private int asked;
  private int sentToFull;
  private final LogConfig config;
  private ClusterImage image = ClusterImage.empty("cluster");

  /** One broker. */
  private final class Node implements ReplicaLink {
    final int id;
    final SimDisk disk;
    final Partitions partitions;
    final ReplicaNode replicas;
    ClusterImage known = ClusterImage.empty("cluster");

    Node(int id) throws IOException {
      this.id = id;
      disk = new SimDisk(id);
      Environment env = simulation.environment("broker-" + id, disk);
      LogDirectory directory =
          LogDirectory.open(env, DATA, LogDirectorySettings.of(image.clusterId(), id));
      Executor workers = env.threads().pool("worker-" + id, 2);
      partitions =
          new Partitions(
              id,
              List.of(directory),
              1,
              env.threads(),
              workers,
              (now, topic) -> new PartitionSettings(config, null, inSyncMin(now)));
      TestingController controller =
          TestingController.deciding(change -> ThreeBrokers.this.alter(change));
      replicas = new ReplicaNode(id, LAG_MS, partitions, env, workers, controller, this);
      partitions.replicateBy(replicas);
      replicas.start();
    }

    void learn(ClusterImage now) {
      ClusterImage before = known;
      known = now;
      replicas.onImage(before, now);
      partitions.onImage(before, now);
    }

    @Override
    public void meet(int peer) {} // messages need no stream here

    @Override
    public void toLeader(int leader, Lane lane, ReplicaKey key, FollowerSays says) {
      carry(leader, lane, () -> nodes.get(leader).replicas.onFollowerSays(id, lane, key, says));
    }

    @Override
    public void toFollower(int follower, Lane lane, ReplicaKey key, LeaderSays says) {
      sentToFull += full.contains(follower) ? 1 : 0;
      LeaderSays copy = copy(says);
      carry(
          follower,
          lane,
          () -> nodes.get(follower).replicas.onLeaderSays(id, lane, key, copy, () -> {}));
    }

    /** The batches are the sender's only until it has said this. */
    private static LeaderSays copy(LeaderSays says) {
      if (!(says instanceof LeaderSays.Records records)) {
        return says;
      }
      ByteBuffer batches = ByteBuffer.allocate(records.batches().remaining());
      batches.put(records.batches().duplicate()).flip();
      return new LeaderSays.Records(
          records.session(),
          records.leaderEpoch(),
          records.fromOffset(),
          batches,
          records.highWatermark(),
          records.logStartOffset());
    }

    private final Map<String, Executor> streams = new TreeMap<>();

    private void carry(int to, Lane lane, Runnable delivery) {
      streams
          .computeIfAbsent(to + lane.name(), name -> simulation.threads().serial(id + "-" + name))
          .execute(
              () -> {
                if (!cutOff.contains(id) && !cutOff.contains(to)) {
                  delivery.run();
                }
              });
    }

    @Override
    public boolean isReady(int follower, Lane lane) {
      asked++;
      return !full.contains(follower);
    }
  }

  /** How often anybody has asked whether a stream is ready. */
  int asked() {
    return asked;
  }

  /** How much was sent on streams that were not ready. */
  int sentToFull() {
    return sentToFull;
  }

  /** From now on no stream to the broker takes anything. */
  void fillStreams(int follower) {
    full.add(follower);
  }

  void emptyStreams(int follower) {
    full.remove(follower);
    nodes.values().forEach(node -> node.replicas.onReady(follower));
  }

  ReplicationCounts counts(int id) {
    return nodes.get(id).replicas.counts();
  }

  ThreeBrokers() throws IOException {
    this(LogConfig.DEFAULT);
  }

  /** flush.messages=1. */
  static ThreeBrokers flushing() throws IOException {
    LogConfig usual = LogConfig.DEFAULT;
    return new ThreeBrokers(
        new LogConfig(
            usual.segmentBytes(),
            usual.segmentMs(),
            usual.segmentJitterMs(),
            usual.segmentIndexBytes(),
            usual.indexIntervalBytes(),
            usual.retentionBytes(),
            usual.retentionMs(),
            usual.delete(),
            usual.compact(),
            usual.minCleanableDirtyRatio(),
            usual.minCompactionLagMs(),
            usual.maxCompactionLagMs(),
            usual.deleteRetentionMs(),
            usual.fileDeleteDelayMs(),
            1,
            usual.flushMs(),
            usual.preallocate(),
            usual.producerIdExpirationMs()));
  }

  private ThreeBrokers(LogConfig config) throws IOException {
    this.config = config;
    for (int id : ALL) {
      nodes.put(id, new Node(id));
      image = image.withBroker(registered(id, 100 + id));
    }
    commit(PartitionImage.of(ALL, ALL, 1, 1, 1));
    tellAll();
  }

  private static BrokerImage registered(int id, long epoch) {
    return new BrokerImage(
        id,
        epoch,
        new UUID(id, id),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        "");
  }

  /** The controller had given the broker up; its streams live. */
  void registerAnew(int broker) {
    image = image.withBroker(registered(broker, 200 + broker));
    PartitionImage old = state();
    List<Integer> others = old.inSync().stream().filter(id -> id != broker).toList();
    commit(
        PartitionImage.of(ALL, others, old.leader(), old.leaderEpoch(), old.partitionEpoch() + 1));
    tellAll();
  }

  PartitionImage state() {
    return image.partition("t", 0);
  }

  /** What the controller decides; brokers learn it by {@link #tell}. */
  private void commit(PartitionImage state) {
    image = image.withTopic(new TopicImage("t", TOPIC, TreePVector.singleton(state)));
  }

  void elect(int leader, List<Integer> inSync) {
    PartitionImage old = state();
    commit(PartitionImage.of(ALL, inSync, leader, old.leaderEpoch() + 1, old.partitionEpoch() + 1));
    tellAll();
  }

  /** The others' replicas have been moved away. */
  void leaveAlone(int broker) {
    PartitionImage old = state();
    List<Integer> alone = List.of(broker);
    commit(
        PartitionImage.of(alone, alone, broker, old.leaderEpoch() + 1, old.partitionEpoch() + 1));
    tellAll();
  }

  /** The broker is about to stop: {@code leader} leads what it led. */
  void drain(int broker, int leader, List<Integer> inSync) {
    image = image.withBroker(image.brokers().get(broker).withDraining(true));
    elect(leader, inSync);
  }

  private boolean alter(io.myelin.metadata.Controller.InSyncChange change) {
    PartitionImage old = state();
    if (change.partitionEpoch() != old.partitionEpoch()
        || change.leaderEpoch() != old.leaderEpoch()) {
      return false;
    }
    List<Integer> inSync = change.inSync().stream().map(member -> member.brokerId()).toList();
    boolean stays = inSync.contains(old.leader());
    commit(
        PartitionImage.of(
            ALL,
            inSync,
            stays ? old.leader() : inSync.getFirst(),
            old.leaderEpoch() + (stays ? 0 : 1),
            old.partitionEpoch() + 1));
    tellAll();
    return true;
  }

  private static int inSyncMin(ClusterImage now) {
    return Integer.parseInt(
        now.config(new ConfigKey(ConfigKey.Type.TOPIC, "t"))
            .getOrDefault("min.insync.replicas", "2"));
  }

  /** One image has the topic's new minimum and the new in-sync set. */
  void change(int inSyncMin, List<Integer> inSync) {
    image =
        image.withConfig(
            new ConfigKey(ConfigKey.Type.TOPIC, "t"),
            HashTreePMap.singleton("min.insync.replicas", Integer.toString(inSyncMin)));
    PartitionImage old = state();
    commit(
        PartitionImage.of(ALL, inSync, old.leader(), old.leaderEpoch(), old.partitionEpoch() + 1));
    tellAll();
  }

  /** Settings of a topic or broker, which all learn that can be reached. */
  void configure(ConfigKey key, Map<String, String> settings) {
    image = image.withConfig(key, HashTreePMap.from(settings));
    tellAll();
  }

  private void tellAll() {
    for (Node node : nodes.values()) {
      if (!cutOff.contains(node.id)) {
        node.learn(image);
      }
    }
  }

  /** Nothing goes to the broker or comes from it, metadata included; its peers notice. */
  void cutOff(int broker) {
    cutOff.add(broker);
    disconnect(broker);
  }

  /** As {@link #cutOff}, but nobody notices. */
  void silence(int broker) {
    cutOff.add(broker);
  }

  void bringBack(int broker) {
    cutOff.remove(broker);
    disconnect(broker);
    nodes.get(broker).learn(image);
  }

  private void disconnect(int broker) {
    for (Node node : nodes.values()) {
      if (node.id != broker) {
        breakStreams(broker, node.id);
        breakStreams(node.id, broker);
      }
    }
  }

  /** What {@code follower} opened to {@code leader} breaks; what that one opened to it does not. */
  void breakStreams(int follower, int leader) {
    for (Lane lane : Lane.values()) {
      nodes.get(follower).replicas.onLeaderLost(leader, lane);
      nodes.get(leader).replicas.onFollowerLost(follower, lane);
    }
  }

  /** From now on the broker's disk has no room. */
  void fillDisk(int broker) {
    fillDiskBut(broker, 0);
  }

  /** From now on the broker's disk has room for so much. */
  void fillDiskBut(int broker, long bytes) {
    SimDisk disk = nodes.get(broker).disk;
    disk.setCapacity(disk.totalBytes(DATA) - disk.usableBytes(DATA) + bytes);
  }

  /** The broker's disk takes what is written, and does not keep it. */
  void failForces(int broker) {
    nodes.get(broker).disk.faults().failWhen((operation, path) -> operation == DiskOperation.FORCE);
  }

  void healDisk(int broker) {
    nodes.get(broker).disk.faults().heal();
  }

  void emptyDisk(int broker) {
    nodes.get(broker).disk.setCapacity(Long.MAX_VALUE);
  }

  Partition partition(int broker) {
    return nodes.get(broker).partitions.get("t", 0);
  }

  LogView view(int broker) {
    return partition(broker).view();
  }

  /** Sends one record; its outcome comes into the list. */
  List<AppendOutcome> produce(int broker, boolean acksAll, String value) {
    List<AppendOutcome> outcomes = new ArrayList<>();
    ByteBuffer bytes =
        new BatchBuilder()
            .append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
            .build();
    ValidBatch batch =
        new ValidBatch(
            bytes,
            1,
            0,
            1_000,
            0,
            BatchLayout.NO_PRODUCER_ID,
            (short) -1,
            BatchLayout.NO_SEQUENCE,
            (short) 0);
    partition(broker).append(batch, new PendingAppend(acksAll, outcomes::add));
    return outcomes;
  }

  /** All bytes of the broker's log up to its watermark. */
  ByteBuffer committed(int broker) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1 << 20);
    LogView view = view(broker);
    long next = view.logStartOffset();
    while (view.read(next, 1 << 20, true, Isolation.HIGH_WATERMARK)
        instanceof ReadResult.Records records) {
      ByteBuffer bytes = ByteBuffer.allocate(records.slice().length());
      records.slice().file().read(bytes, records.slice().position());
      records.slice().release();
      next = ReplicatedBatches.read(bytes.flip()).endOffset();
      all.put(bytes);
    }
    return all.flip();
  }
}

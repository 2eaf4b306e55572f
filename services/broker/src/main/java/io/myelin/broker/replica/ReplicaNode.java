package io.myelin.broker.replica;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.Replication;
import io.myelin.broker.partition.Role;
import io.myelin.env.Environment;
import io.myelin.log.record.InvalidBatchException;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.LeaderEvent.Refusal;
import io.myelin.replication.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A broker's side of replication: roles for its replicas, messages to and from their shards,
 * proposals to the controller.
 *
 * <p>Threads: everything may be called from anywhere and never blocks; {@link #onLeaderSays} reads
 * all bytes of the records for their checksums, which is not for the event loops of clients.
 */
public final class ReplicaNode implements Replication, MetadataPublisher.Listener {
  private static final Logger log = Logger.getLogger(ReplicaNode.class);

  // A leader that does not know its epoch yet learns it in about this time.
  private static final long RETRY_MS = 20;
  // A full disk is not tried more often; retention looks as rarely.
  private static final long ROOM_MS = 1_000;
  // How much later than the leader a follower may know of a commit that no record follows.
  private static final long PROGRESS_MS = 20;
  // Shrinking may be late by so much.
  private static final long TICK_MS = 500;

  private final int brokerId;
  private final long lagMsMax;
  private final Partitions partitions;
  private final Environment env;
  private final Executor readers;
  private final Proposals proposals;
  private final ReplicaLink link;

  /** Leaders that wait until a follower's stream takes more: the others need not be asked. */
  private final Map<Integer, Set<ReplicaKey>> awaitingRoom = new ConcurrentHashMap<>();

  private final Map<Executor, SharedRead> sharedReads = new ConcurrentHashMap<>();
  private final ReplicationThrottle throttle;
  private final ReplicationCounts counts = new ReplicationCounts();
  private final AtomicInteger lives = new AtomicInteger();
  private volatile Map<Integer, Peer> peers = Map.of();
  private volatile boolean leaving;
  private volatile boolean closed;

  /**
   * @param lagMsMax replica.lag.time.max.ms
   * @param readers for what is not in memory
   */
  public ReplicaNode(
      int brokerId,
      long lagMsMax,
      Partitions partitions,
      Environment env,
      Executor readers,
      Controller controller,
      ReplicaLink link) {
    this.brokerId = brokerId;
    this.lagMsMax = lagMsMax;
    this.partitions = partitions;
    this.env = env;
    this.readers = readers;
    this.proposals = new Proposals(controller);
    this.link = link;
    this.throttle = new ReplicationThrottle(brokerId, env.clock());
  }

  public ReplicationCounts counts() {
    return counts;
  }

  /** From now on followers that fall behind are noticed. */
  public void start() {
    env.scheduler().after(TICK_MS, this::tick);
  }

  public void close() {
    closed = true;
  }

  private void tick() {
    if (!closed) {
      leaders(ReplicaLeader::tick);
      start();
    }
  }

  @Override
  public Role.Leader lead(Host host, PartitionImage state) {
    return new ReplicaLeader(this, host, state);
  }

  @Override
  public Role.Follower follow(Host host, PartitionImage state) {
    return new ReplicaFollower(this, host, state);
  }

  /** To be subscribed before the partitions: their roles ask for the peers. */
  @Override
  public void onImage(ClusterImage before, ClusterImage now) {
    throttle.onImage(before, now);
    if (before.brokers().equals(now.brokers()) && !peers.isEmpty()) {
      return;
    }
    Map<Integer, Peer> newPeers = new HashMap<>();
    for (BrokerImage broker : now.brokers().values()) {
      newPeers.put(broker.id(), new Peer(broker.epoch(), broker.isActive()));
    }
    Map<Integer, Peer> formerPeers = peers;
    long formerEpoch = brokerEpoch();
    peers = Map.copyOf(newPeers);
    BrokerImage self = now.brokers().get(brokerId);
    leaving = self != null && self.draining();
    if (!leaving) {
      meet(newPeers, formerPeers);
    }
    leaders(ReplicaLeader::peersChanged);
    if (brokerEpoch() != formerEpoch) {
      followers(ReplicaFollower::registeredAnew);
    }
  }

  /** Those that may lead from now on. */
  private void meet(Map<Integer, Peer> now, Map<Integer, Peer> before) {
    now.forEach(
        (id, peer) -> {
          if (id != brokerId && peer.mayJoin() && !peer.equals(before.get(id))) {
            link.meet(id);
          }
        });
  }

  /** A follower on another broker says something to a leader here. */
  public void onFollowerSays(int follower, Lane lane, ReplicaKey key, FollowerSays says) {
    Partition partition = partition(key);
    if (partition == null) {
      turnAway(follower, lane, key, says);
      return;
    }
    partition.withRole(
        role -> {
          if (role instanceof ReplicaLeader leader) {
            leader.on(follower, lane, says);
          } else {
            turnAway(follower, lane, key, says);
          }
        });
  }

  private void turnAway(int follower, Lane lane, ReplicaKey key, FollowerSays says) {
    if (says instanceof FollowerSays.Open open) {
      link.toFollower(follower, lane, key, new LeaderSays.TurnedAway(open.session()));
    }
  }

  /**
   * A leader on another broker says something to a follower here.
   *
   * @param handled run when the follower has taken it; on any thread
   */
  public void onLeaderSays(
      int leader, Lane lane, ReplicaKey key, LeaderSays says, Runnable handled) {
    Partition partition = partition(key);
    if (partition == null) {
      handled.run();
      return;
    }
    ReplicatedBatches batches;
    try {
      batches =
          says instanceof LeaderSays.Records records
              ? ReplicatedBatches.read(records.batches())
              : null;
    } catch (InvalidBatchException e) {
      log.errorf(
          "Broker %d sent damaged records of %s: %s. They are asked for again.",
          leader, partition, e.getMessage());
      partition.withRole(role -> leaderLost(role, leader, lane));
      handled.run();
      return;
    }
    partition.withRole(
        role -> {
          try {
            if (role instanceof ReplicaFollower follower) {
              follower.on(says, batches);
            }
          } finally {
            handled.run();
          }
        });
  }

  /**
   * The stream on which this broker follows {@code leader} broke; nothing that was sent on it will
   * arrive any more. What the other one follows here is not concerned: that is another stream.
   */
  public void onLeaderLost(int leader, Lane lane) {
    for (Partition partition : partitions.all()) {
      partition.withRole(role -> leaderLost(role, leader, lane));
    }
  }

  private static void leaderLost(Role role, int leader, Lane lane) {
    if (role instanceof ReplicaFollower follower) {
      follower.disconnected(leader, lane);
    }
  }

  /** The stream on which {@code follower} follows this broker broke, or it has opened another. */
  public void onFollowerLost(int follower, Lane lane) {
    leaders(leader -> leader.disconnected(follower, lane));
  }

  /** {@link ReplicaLink#isReady} has become true for the follower. */
  public void onReady(int follower) {
    Set<ReplicaKey> waiting = awaitingRoom.getOrDefault(follower, Set.of());
    for (ReplicaKey key : waiting) {
      waiting.remove(key);
      Partition partition = partition(key);
      if (partition != null) {
        partition.withRole(
            role -> {
              if (role instanceof ReplicaLeader leader) {
                leader.ready(follower);
              }
            });
      }
    }
  }

  /**
   * The leader has records that the follower's stream does not take now. Whoever asks looks again
   * whether it is ready: it may have become so meanwhile.
   */
  void awaitRoom(int follower, ReplicaKey key) {
    awaitingRoom.computeIfAbsent(follower, id -> ConcurrentHashMap.newKeySet()).add(key);
  }

  private void leaders(Consumer<ReplicaLeader> task) {
    for (Partition partition : partitions.all()) {
      if (partition.isLeading()) {
        partition.withRole(
            role -> {
              if (role instanceof ReplicaLeader leader) {
                task.accept(leader);
              }
            });
      }
    }
  }

  private void followers(Consumer<ReplicaFollower> task) {
    for (Partition partition : partitions.all()) {
      partition.withRole(
          role -> {
            if (role instanceof ReplicaFollower follower) {
              task.accept(follower);
            }
          });
    }
  }

  /** For messages. */
  String nameOf(ReplicaKey key) {
    String topic = partitions.name(key.topicId());
    return (topic == null ? key.topicId().toString() : topic) + "-" + key.partition();
  }

  private Partition partition(ReplicaKey key) {
    String topic = partitions.name(key.topicId());
    return topic == null ? null : partitions.get(topic, key.partition());
  }

  void propose(Controller.InSyncChange change, Consumer<Refusal> onRefused) {
    proposals.add(change, onRefused);
  }

  void soon(Runnable task) {
    env.scheduler().after(PROGRESS_MS, task);
  }

  /** Of the shard. */
  SharedRead sharedRead(Executor shard) {
    return sharedReads.computeIfAbsent(shard, key -> new SharedRead());
  }

  void later(Runnable task) {
    later(RETRY_MS, task);
  }

  void later(long ms, Runnable task) {
    env.scheduler().after(ms, task);
  }

  void whenThereMayBeRoom(Runnable task) {
    env.scheduler().after(ROOM_MS, task);
  }

  /** A range of sessions for one life of a follower: after all earlier ones of this broker. */
  long nextSessions() {
    return (brokerEpoch() << 40) + ((long) lives.incrementAndGet() << 20);
  }

  int brokerId() {
    return brokerId;
  }

  long brokerEpoch() {
    Peer self = peers.get(brokerId);
    return self == null ? 0 : self.epoch();
  }

  /**
   * Whether this broker is about to stop. Then it need not follow those that lead instead: dialling
   * them, and opening what it led at once, would only hold up the followers that stay, without
   * which the new leaders acknowledge nothing.
   */
  boolean isLeaving() {
    return leaving;
  }

  long lagMsMax() {
    return lagMsMax;
  }

  Map<Integer, Peer> peers() {
    return peers;
  }

  Executor readers() {
    return readers;
  }

  ReplicationThrottle throttle() {
    return throttle;
  }

  ReplicaLink link() {
    return link;
  }

  long nowMs() {
    return env.clock().monotonicNs() / 1_000_000;
  }
}

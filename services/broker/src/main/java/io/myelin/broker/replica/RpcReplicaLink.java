package io.myelin.broker.replica;

import io.grpc.MethodDescriptor;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.ReplicationMethods;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Replication's messages over the port for calls. This broker opens a stream per lane to each
 * broker that it follows, on a connection of its own, and takes the streams of those that follow
 * it. Thread-safe; never blocks.
 *
 * <p>Openings and their answers wait until a stream takes them, since all partitions are opened at
 * once; any other message that it does not take ends the stream: both sides then begin anew.
 */
public final class RpcReplicaLink implements ReplicaLink {
  private static final Logger log = Logger.getLogger(RpcReplicaLink.class);

  /** A broker that is gone is not dialled without pause. */
  private static final long REDIAL_MS = 50;

  /**
   * What comes is handed to its shard by whoever brought it: the calls' own event loops, which have
   * nothing else to do. On a machine with few cores, waking another thread costs more than the
   * checksum of what it is woken for.
   */
  private static final Executor WHERE_IT_COMES = Runnable::run;

  private final int brokerId;
  private final UUID incarnation;
  private final RpcTransport transport;
  private final MetadataPublisher metadata;
  private final Environment env;
  private final MethodDescriptor<FollowerMessage, LeaderMessage> method;
  private final Executor ends;
  private final ConcurrentHashMap<Way, LeaderStream> leaders = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Way, FollowerStream> followers = new ConcurrentHashMap<>();
  private final Set<ReplicaKey> tooLarge = ConcurrentHashMap.newKeySet();
  private ReplicaNode node;

  /** One lane between this broker and another. */
  record Way(int peer, Lane lane) {}

  public RpcReplicaLink(
      int brokerId,
      UUID incarnation,
      RpcTransport transport,
      MetadataPublisher metadata,
      Environment env) {
    this.brokerId = brokerId;
    this.incarnation = incarnation;
    this.transport = transport;
    this.method = ReplicationMethods.replicate(transport.buffers());
    this.metadata = metadata;
    this.env = env;
    this.ends = env.threads().serial("replica-ends");
  }

  /** Whom it tells what comes; before anything else. */
  public void carryFor(ReplicaNode replicas) {
    node = replicas;
  }

  /** Takes the streams of followers. */
  public void addTo(RpcHandlers handlers) {
    handlers.stream(method, WHERE_IT_COMES, () -> new FollowerStream(this));
  }

  @Override
  public void meet(int peer) {
    leaders.computeIfAbsent(new Way(peer, Lane.IN_SYNC), this::dial);
  }

  @Override
  public void toLeader(int leader, Lane lane, ReplicaKey key, FollowerSays says) {
    Way way = new Way(leader, lane);
    // The first opening on a stream says whose it is; what else there is to say without a stream is
    // about one that is gone.
    LeaderStream stream =
        says instanceof FollowerSays.Open
            ? leaders.computeIfAbsent(way, this::dial)
            : leaders.get(way);
    if (stream != null) {
      stream.say(key, says);
    }
  }

  @Override
  public void toFollower(int follower, Lane lane, ReplicaKey key, LeaderSays says) {
    FollowerStream stream = followers.get(new Way(follower, lane));
    if (stream != null) {
      stream.say(key, says);
    }
  }

  @Override
  public boolean isReady(int follower, Lane lane) {
    FollowerStream stream = followers.get(new Way(follower, lane));
    return stream != null && stream.isReady();
  }

  private LeaderStream dial(Way way) {
    LeaderStream stream = new LeaderStream(this, way);
    Optional<BrokerImage.Endpoint> at =
        Optional.ofNullable(metadata.image().brokers().get(way.peer())).flatMap(BrokerImage::peers);
    if (at.isEmpty()) {
      stream.nowhere();
    } else {
      RpcClient client = transport.client(new Address(at.get().host(), at.get().port()));
      stream.over(client);
      client.open(method, RpcClient.NO_DEADLINE_MS, WHERE_IT_COMES, stream);
    }
    return stream;
  }

  /** A stream of ours to a leader is over. */
  void ended(Way way, LeaderStream stream) {
    env.scheduler()
        .after(
            REDIAL_MS,
            () -> {
              if (leaders.remove(way, stream)) {
                ends.execute(() -> node.onLeaderLost(way.peer(), way.lane()));
              }
            });
  }

  /** A follower's stream says whose it is; a later one of the same follower replaces it. */
  void attached(Way way, FollowerStream stream) {
    FollowerStream before = followers.put(way, stream);
    if (before != null && before != stream) {
      before.replaced();
      node.onFollowerLost(way.peer(), way.lane());
    }
  }

  /**
   * The stream has ended because records did not fit into a message. The follower will come back,
   * and get no further: that is said once for each partition.
   */
  void tooLarge(int follower, ReplicaKey key, Ending ending) {
    if (key != null && tooLarge.add(key)) {
      log.errorf(
          "Broker %d cannot follow %s, and whatever else it follows is held up: %s. Delete the records up to there, and let the topic have a lower max.message.bytes",
          follower, node.nameOf(key), ending.detail());
    }
  }

  void detached(Way way, FollowerStream stream) {
    if (followers.remove(way, stream)) {
      node.onFollowerLost(way.peer(), way.lane());
    }
  }

  ReplicaNode node() {
    return node;
  }

  int brokerId() {
    return brokerId;
  }

  UUID incarnation() {
    return incarnation;
  }
}

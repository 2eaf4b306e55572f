package io.myelin.broker.session;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.DescribeReplicas;
import io.myelin.rpc.controller.v1.HeartbeatAnswer;
import io.myelin.rpc.controller.v1.Register;
import io.myelin.rpc.controller.v1.Registered;
import io.myelin.rpc.controller.v1.ReplicaStates;
import io.myelin.rpc.controller.v1.ResumePoint;
import io.myelin.rpc.controller.v1.SessionRefused;
import io.myelin.rpc.controller.v1.SessionsGrpc;
import io.myelin.wire.Ids;
import io.myelin.wire.Registrations;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The active controller, wherever it is: finds it, keeps a session with it, follows its metadata,
 * and asks it for changes. Thread-safe, never blocks.
 *
 * <p>Guarantee: images are published in order, on the session's executor, and never one that is
 * older than one before, by controller epoch and revision. A change that was asked for has happened
 * when its future completes with a result, and this process has published it.
 *
 * <p>The session begins with {@link #register}. When it is lost another controller is looked for,
 * and the metadata go on from where they were.
 */
public final class RemoteController extends RemoteAdmin
    implements MetadataPublisher, AutoCloseable {
  /** 10 s: a registration is a write, and a store may be slow without being gone. */
  private static final long REGISTER_MS_MAX = 10_000;

  private final RpcTransport transport;
  private final Environment environment;
  private final Executor executor;
  private final SessionEvents events;
  private final ControllerSearch search;
  private final ImageFollower follower = new ImageFollower();
  private final SeenRevision seen = new SeenRevision();
  private final Refusals refusals = new Refusals();
  private final CompletableFuture<Long> firstEpoch = new CompletableFuture<>();

  private volatile ReplicaReports reports = ReplicaReports.NONE;
  private volatile boolean knowsStore;

  /** All below are confined to the executor. Null: {@link #register} was not called yet. */
  private BrokerRegistration registration;

  private SessionStream stream;
  private RpcClient client;
  private Scheduler.Timer heartbeat;
  private long brokerEpoch;
  private long controllerEpoch;
  private long sessionTimeoutMs;
  private long lastHeardNs;
  private boolean registered;
  private boolean fenced = true;
  private boolean stopping;
  private boolean closed;

  /**
   * @param controllers where controllers may be, in any order
   */
  public RemoteController(
      RpcTransport transport,
      List<Address> controllers,
      Environment environment,
      SessionEvents events) {
    this(transport, controllers, environment, events, environment.threads().serial("session"));
  }

  private RemoteController(
      RpcTransport transport,
      List<Address> controllers,
      Environment environment,
      SessionEvents events,
      Executor executor) {
    super(environment.scheduler(), executor);
    this.transport = transport;
    this.environment = environment;
    this.executor = executor;
    this.events = events;
    this.search = new ControllerSearch(controllers, environment.randomness());
  }

  @Override
  public CompletableFuture<Long> register(BrokerRegistration broker) {
    executor.execute(
        () -> {
          if (registration == null && !closed) {
            registration = broker;
            begin(search.another());
          }
        });
    return firstEpoch;
  }

  @Override
  public ClusterImage image() {
    return follower.image();
  }

  @Override
  public void subscribe(Listener listener) {
    executor.execute(() -> follower.subscribe(listener));
  }

  /**
   * Before {@link #register}.
   *
   * @param before the metadata that former lives of this broker have seen
   * @param keep is told by and by what this one has seen; must not block
   */
  public void remember(Optional<SeenMetadata.Mark> before, Consumer<SeenMetadata.Mark> keep) {
    executor.execute(() -> seen.keep(before, keep));
  }

  /**
   * Whether a former life of this broker has seen the metadata of the very store that the
   * controller has; as it takes this broker all the same, its store is not older than what was
   * seen. Any thread.
   */
  public boolean knowsStore() {
    return knowsStore;
  }

  /** Who knows this broker's replicas; until it is said, there are none. Any thread. */
  public void reportOn(ReplicaReports replicas) {
    reports = replicas;
  }

  /** Has the controller move away what this broker leads; {@link SessionEvents#mayStop} follows. */
  public void wantToStop() {
    executor.execute(
        () -> {
          stopping = true;
          beat();
        });
  }

  /** Ends the session; what was asked for and not answered fails. */
  @Override
  public void close() {
    executor.execute(() -> end("The broker stops"));
  }

  private void end(String why) {
    closed = true;
    leave(why);
    failAll(why);
    firstEpoch.completeExceptionally(new IllegalStateException(why));
  }

  @Override
  RpcClient activeClient() {
    return registered ? client : null;
  }

  @Override
  CompletableFuture<Void> reached(long revision) {
    return follower.reached(revision);
  }

  private void begin(ControllerSearch.Attempt attempt) {
    if (attempt.delayMs() <= 0) {
      dial(attempt.address());
    } else {
      environment
          .scheduler()
          .after(attempt.delayMs(), () -> executor.execute(() -> dial(attempt.address())));
    }
  }

  private void dial(Address controller) {
    if (closed || stream != null) {
      return;
    }
    client = transport.client(controller);
    stream = new SessionStream(this, registerMessage());
    client.open(SessionsGrpc.getSessionMethod(), RpcClient.NO_DEADLINE_MS, executor, stream);
    lastHeardNs = environment.clock().monotonicNs();
    SessionStream attempt = stream;
    environment
        .scheduler()
        .after(REGISTER_MS_MAX, () -> executor.execute(() -> giveUpUnlessRegistered(attempt)));
  }

  private void giveUpUnlessRegistered(SessionStream attempt) {
    if (stream == attempt && !registered) {
      tryAnother("The controller did not answer within " + REGISTER_MS_MAX + " ms");
    }
  }

  private Register registerMessage() {
    Register.Builder register =
        Registrations.register(registration)
            .setBrokerEpoch(brokerEpoch)
            .setClusterId(image().clusterId())
            .setControllerEpochSeen(controllerEpoch)
            .setLeaderEpochSeen(follower.leaderEpochSeen());
    seen.saw(follower.storeId(), image().revision(), environment.clock().monotonicNs());
    seen.mark()
        .ifPresent(
            mark -> register.setStoreIdSeen(mark.storeId()).setRevisionSeen(mark.revision()));
    if (image().revision() > 0) {
      register.setResume(
          ResumePoint.newBuilder().setStoreId(follower.storeId()).setRevision(image().revision()));
    }
    return register.build();
  }

  void received(SessionStream from, ControllerMessage message) {
    if (from != stream) {
      return;
    }
    lastHeardNs = environment.clock().monotonicNs();
    if (message.getControllerEpoch() < controllerEpoch && !message.hasRefused()) {
      tryAnother(
          "A controller of epoch " + message.getControllerEpoch() + " is not active any more");
      return;
    }
    switch (message.getKindCase()) {
      case REGISTERED -> registered(message.getControllerEpoch(), message.getRegistered());
      case REFUSED -> refused(message.getRefused());
      case SNAPSHOT -> pushed(follower.take(message.getSnapshot()));
      case DELTA -> pushed(follower.take(message.getDelta()));
      case HEARTBEAT_ANSWER -> answered(message.getHeartbeatAnswer());
      case DESCRIBE_REPLICAS -> describe(message.getDescribeReplicas());
      // Later versions of the contract.
      case KIND_NOT_SET -> {}
    }
  }

  void ended(SessionStream which, Ending ending) {
    if (which == stream) {
      tryAnother(ending.toString());
    }
  }

  private void describe(DescribeReplicas question) {
    ReplicaStates.Builder states = ReplicaStates.newBuilder();
    for (var partition : question.getPartitionsList()) {
      reports
          .logEnd(Ids.uuid(partition.getTopicId()), partition.getPartition())
          .ifPresent(
              end ->
                  states
                      .addReplicasBuilder()
                      .setPartition(partition)
                      .setLastEpoch(end.lastEpoch())
                      .setLogEndOffset(end.logEndOffset()));
    }
    stream.replicaStates(states.build());
  }

  private void registered(long epoch, Registered answer) {
    controllerEpoch = epoch;
    brokerEpoch = answer.getBrokerEpoch();
    sessionTimeoutMs = answer.getSessionTimeoutMs();
    registered = true;
    knowsStore = seen.knewBefore(answer.getStoreId());
    refusals.accepted();
    search.found();
    follower.begin(answer);
    firstEpoch.complete(brokerEpoch);
    scheduleHeartbeat();
    beat();
    sendWaiting();
  }

  private void refused(SessionRefused refused) {
    boolean forGood =
        switch (refused.getCode()) {
          // The other session may be an older one of this process, whose message was late.
          case CODE_NOT_ACTIVE, CODE_SUPERSEDED, CODE_UNSPECIFIED, UNRECOGNIZED -> false;
          case CODE_DUPLICATE_BROKER -> isRefusedForLong(refused);
          // One that serves data goes on with it: the right store may be put back.
          case CODE_STORE_TOO_OLD -> brokerEpoch == 0 && isRefusedForLong(refused);
          case CODE_WRONG_CLUSTER -> brokerEpoch == 0;
          case CODE_UNSUPPORTED_FEATURES, CODE_INVALID -> true;
        };
    if (forGood) {
      end(refused.getMessage());
      events.mustStop(refused.getMessage());
      return;
    }
    if (refused.getCode() != SessionRefused.Code.CODE_NOT_ACTIVE) {
      events.refused(refused.getMessage());
    }
    leave("Refused");
    boolean hint =
        refused.getNotActive().hasActive()
            && refused.getNotActive().getControllerEpoch() >= controllerEpoch;
    begin(
        hint
            ? search.hinted(
                new Address(
                    refused.getNotActive().getActive().getHost(),
                    refused.getNotActive().getActive().getPort()))
            : search.another());
  }

  private boolean isRefusedForLong(SessionRefused refused) {
    return refusals.refused(environment.clock().monotonicNs(), refused.getSessionTimeoutMs());
  }

  private void pushed(Optional<String> refusal) {
    if (refusal.isPresent()) {
      tryAnother("The controller pushed " + refusal.get());
      return;
    }
    if (fenced || stopping) {
      // It may lead, or end, as soon as the controller knows that it has the metadata.
      beat();
    }
  }

  private void answered(HeartbeatAnswer answer) {
    if (answer.getFenced() != fenced) {
      fenced = answer.getFenced();
      events.fenced(fenced);
    }
    if (stopping && answer.getMayStop()) {
      events.mayStop();
    }
  }

  private void scheduleHeartbeat() {
    heartbeat =
        environment
            .scheduler()
            .after(Math.max(1, sessionTimeoutMs / 4), () -> executor.execute(this::heartbeatDue));
  }

  private void heartbeatDue() {
    if (!registered) {
      return;
    }
    long silentNs = environment.clock().monotonicNs() - lastHeardNs;
    if (silentNs > TimeUnit.MILLISECONDS.toNanos(sessionTimeoutMs)) {
      // It may be frozen: its connection lives, and another controller may be active.
      tryAnother("The controller has not answered for " + silentNs / 1_000_000 + " ms");
      return;
    }
    scheduleHeartbeat();
    beat();
  }

  private void beat() {
    if (registered) {
      seen.saw(follower.storeId(), image().revision(), environment.clock().monotonicNs());
      stream.heartbeat(image().revision(), stopping, reports);
    }
  }

  private void tryAnother(String why) {
    leave(why);
    if (!closed) {
      begin(search.another());
    }
  }

  private void leave(String why) {
    if (stream != null) {
      stream.abandon(why);
      client.close();
      stream = null;
      client = null;
    }
    registered = false;
    if (heartbeat != null) {
      heartbeat.cancel();
      heartbeat = null;
    }
  }
}

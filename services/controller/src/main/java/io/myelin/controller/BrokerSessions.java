package io.myelin.controller;

import io.myelin.controller.BrokerWatch.Effect;
import io.myelin.controller.StandbyWatch.Attendant;
import io.myelin.controller.session.SessionHost;
import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Election.Active;
import io.myelin.rpc.Address;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What a controller does about the brokers' sessions: registers them, and carries out what {@link
 * BrokerWatch} decides, while its node is the active controller; otherwise it says who is.
 *
 * <p>Guarantee: no broker is fenced before this controller has waited for it a whole session
 * timeout, unless its address refuses connections. Thread-safe; fields are confined to the executor
 * unless volatile.
 *
 * <p>Crash rule: nothing here is stored; the next active controller gives everybody a new session.
 */
public final class BrokerSessions implements SessionHost, ControllerNode.Listener {
  private static final Logger log = Logger.getLogger(BrokerSessions.class);

  /** A silent broker is noticed at most so much later than its timeout. */
  private static final int TICKS_PER_TIMEOUT = 20;

  private final int controllerId;
  private final int sessionTimeoutMs;
  private final EndpointProbe probe;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final BrokerWatch watch;
  private final LastKnownElections elections;
  private final DiskReports disks = new DiskReports();

  /** What was asked of the controller and is not answered yet: effects. */
  private final Set<Record> underWay = new HashSet<>();

  private ActiveController controller;

  /** Why nothing may be decided on this store; empty: nothing is known against it. */
  private volatile Optional<String> tooOld = Optional.empty();

  private Consumer<Role> roleChanged = now -> {};
  private Supplier<List<Attendant>> controllers = List::of;

  /** As Kafka's default: leader.imbalance.check.interval.seconds. */
  private OptionalLong rebalanceMs = OptionalLong.of(300_000);

  private long epoch;
  private volatile Role role = new Role.Standby(Optional.empty(), 0);

  /** Stands for all changes of a broker's disks: one at a time is under way. */
  private record DisksOf(int broker) {}

  public BrokerSessions(
      int controllerId,
      int sessionTimeoutMs,
      EndpointProbe probe,
      Clock clock,
      Scheduler scheduler,
      Threads threads) {
    this.controllerId = controllerId;
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.probe = probe;
    this.clock = clock;
    this.scheduler = scheduler;
    this.executor = threads.serial("broker-sessions");
    this.watch = new BrokerWatch(sessionTimeoutMs);
    this.elections = new LastKnownElections(executor);
  }

  /**
   * Before anything else: whom to tell each new role. Of the active one before anybody else can
   * know of it and ask for a change: so whoever follows the metadata then misses none.
   */
  public void onRoleChange(Consumer<Role> listener) {
    roleChanged = listener;
  }

  /** Before anything else: who tells which controllers there are. */
  public void knowControllersFrom(StandbyWatch standbys) {
    controllers = standbys::controllers;
  }

  /**
   * Before anything else: how often leadership returns to preferred replicas by itself.
   *
   * @param intervalMs empty: never
   */
  public void rebalanceEvery(OptionalLong intervalMs) {
    rebalanceMs = intervalMs;
  }

  @Override
  public Role role() {
    return role;
  }

  /** Before anything else: how a broker is asked for the ends of its logs. */
  public void askReplicasThrough(BiConsumer<Integer, List<Replica>> way) {
    elections.askThrough(way);
  }

  /** Why this controller decides nothing although it is the active one. Any thread. */
  public Optional<String> storeTooOld() {
    return tooOld;
  }

  @Override
  public void leads(ActiveController mine, String storeId, long ofElection) {
    executor.execute(
        () -> {
          controller = mine;
          tooOld = Optional.empty();
          epoch = ofElection;
          underWay.clear();
          watch.takeOver(mine.image(), nowMs());
          elections.leads(mine);
          disks.takeOver(mine.image());
          Role.Active active =
              new Role.Active(
                  controllerId, epoch, storeId, sessionTimeoutMs, mine, mine, mine::changes);
          roleChanged.accept(active);
          role = active;
          tickLater(mine);
          rebalanceMs.ifPresent(intervalMs -> rebalanceLater(mine, intervalMs));
        });
  }

  @Override
  public void follows(Optional<Active> active) {
    executor.execute(
        () -> {
          controller = null;
          tooOld = Optional.empty();
          role =
              new Role.Standby(
                  active.map(one -> Address.parse(one.candidate().endpoint())),
                  active.map(Active::epoch).orElse(0L));
          roleChanged.accept(role);
        });
  }

  @Override
  public CompletableFuture<Registration> register(BrokerRegistration broker, Known known) {
    return onExecutor(
        () -> {
          ActiveController mine = controller;
          if (mine == null) {
            return refused(Code.CODE_NOT_ACTIVE, "This controller is not the active one");
          }
          Optional<CompletableFuture<Registration>> objection = objection(mine, broker, known);
          if (objection.isPresent()) {
            return objection.get();
          }
          Optional<Long> resumed = watch.resumable(broker, mine.image());
          if (resumed.isPresent()) {
            watch.connected(broker, resumed.get(), nowMs());
            return CompletableFuture.completedFuture(new Registration.Accepted(resumed.get()));
          }
          return mine.register(broker).thenApplyAsync(epoch -> registered(broker, epoch), executor);
        });
  }

  private Optional<CompletableFuture<Registration>> objection(
      ActiveController mine, BrokerRegistration broker, Known known) {
    ClusterImage image = mine.image();
    if (!known.clusterId().isEmpty() && !known.clusterId().equals(image.clusterId())) {
      return Optional.of(
          refused(
              Code.CODE_WRONG_CLUSTER,
              "The directory of broker %d belongs to cluster %s, this is %s"
                  .formatted(broker.id(), known.clusterId(), image.clusterId())));
    }
    if (tooOld.isEmpty() && known.revision() > image.revision()) {
      stopDeciding(
          mine,
          ("Broker %d has seen revision %d of the metadata, and the store is at %d: it was restored"
                  + " from an older copy. Nothing is decided on it. Stop the controllers, restore a"
                  + " newer copy, and start them again")
              .formatted(broker.id(), known.revision(), image.revision()));
    }
    // Or this controller has been deposed unawares: then it may decide nothing, either.
    if (tooOld.isEmpty() && known.controllerEpoch() > epoch) {
      stopDeciding(
          mine,
          ("Broker %d has served a controller of epoch %d, and this one is of epoch %d: unless"
                  + " another one is active by now, the store was restored from an older copy. Nothing"
                  + " is decided on it. Stop the controllers, restore a newer copy, and start them"
                  + " again")
              .formatted(broker.id(), known.controllerEpoch(), epoch));
    }
    if (tooOld.isPresent()) {
      return Optional.of(refused(Code.CODE_STORE_TOO_OLD, tooOld.get()));
    }
    return watch
        .objection(broker, nowMs())
        .map(message -> refused(Code.CODE_DUPLICATE_BROKER, message));
  }

  /** Leader epochs would be handed out twice: not even a broker may be fenced any more. */
  private void stopDeciding(ActiveController mine, String message) {
    log.error(message);
    tooOld = Optional.of(message);
    mine.close(message);
  }

  private Registration registered(BrokerRegistration broker, long epoch) {
    watch.connected(broker, epoch, nowMs());
    log.infof("Broker %d has registered, epoch %d", broker.id(), epoch);
    return new Registration.Accepted(epoch);
  }

  private static CompletableFuture<Registration> refused(Code code, String message) {
    return CompletableFuture.completedFuture(new Registration.Refused(code, message));
  }

  @Override
  public CompletableFuture<Standing> heard(int broker, long brokerEpoch, Beat beat) {
    return onExecutor(
        () -> {
          ActiveController mine = controller;
          if (mine != null) {
            List<Effect> effects = watch.heard(broker, brokerEpoch, beat, mine.image(), nowMs());
            if (watch.isPresent(broker, brokerEpoch)) {
              // Before it may lead what it cannot read.
              disks
                  .heard(broker, beat.offline(), mine.image())
                  .ifPresent(change -> disksChanged(mine, change));
            }
            carryOut(mine, effects);
          }
          return CompletableFuture.completedFuture(standing(mine, broker, brokerEpoch, beat));
        });
  }

  private void disksChanged(ActiveController mine, DiskReports.Effect change) {
    once(
        mine,
        new DisksOf(change.broker()),
        () -> {
          log.warnf(
              "Broker %d: %d replicas are offline with their disk, %d are back",
              change.broker(), change.failed().size(), change.back().size());
          return mine.disksChanged(change);
        });
  }

  private static Standing standing(ActiveController mine, int id, long brokerEpoch, Beat beat) {
    if (mine == null) {
      return new Standing(true, false, false);
    }
    BrokerImage broker = mine.image().brokers().get(id);
    return new Standing(
        broker != null && broker.epoch() == brokerEpoch,
        broker == null || broker.fenced(),
        beat.wantsToStop() && BrokerWatch.mayStop(id, mine.image()));
  }

  @Override
  public void disconnected(int broker, long brokerEpoch) {
    executor.execute(
        () -> {
          if (controller != null) {
            carryOut(controller, watch.disconnected(broker, brokerEpoch));
          }
        });
  }

  @Override
  public void described(int broker, long brokerEpoch, Map<Replica, LogEnd> ends) {
    executor.execute(
        () -> {
          if (controller != null) {
            elections.answered(broker, brokerEpoch, ends, nowMs());
          }
        });
  }

  @Override
  public CompletableFuture<Result<Quorum>> quorum() {
    return onExecutor(
        () ->
            CompletableFuture.completedFuture(
                controller == null
                    ? new Result.Refused<>(
                        Refusal.NOT_CONTROLLER, "This controller is not the active one.")
                    : new Result.Ok<>(
                        QuorumView.of(
                            controller.image(),
                            epoch,
                            controllers.get(),
                            watch.observers(clock.wallMs() - nowMs()),
                            clock.wallMs()))));
  }

  private void carryOut(ActiveController mine, List<Effect> effects) {
    if (tooOld.isPresent()) {
      return;
    }
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Fence fence -> {
          if (!underWay.contains(fence)) {
            log.warnf("Broker %d is gone or silent, and fenced", fence.broker());
          }
          once(mine, fence, () -> mine.fence(fence.broker()));
        }
        case Effect.Unfence unfence -> once(mine, unfence, () -> mine.unfence(unfence.broker()));
        case Effect.Cordon cordon ->
            once(mine, cordon, () -> mine.cordon(cordon.broker(), cordon.cordoned()));
        case Effect.Drain drain -> once(mine, drain, () -> mine.drain(drain.broker()));
        case Effect.Probe probe -> probe(mine, probe.broker());
      }
    }
  }

  /** An effect comes again until the metadata show it: it must not be asked for again meanwhile. */
  private void once(ActiveController mine, Record effect, Supplier<CompletableFuture<?>> ask) {
    if (underWay.add(effect)) {
      ask.get()
          .whenCompleteAsync(
              (result, failure) -> {
                if (controller == mine) {
                  underWay.remove(effect);
                }
              },
              executor);
    }
  }

  /** A broken stream proves nothing; an address that refuses proves that the process is gone. */
  private void probe(ActiveController mine, int id) {
    BrokerImage broker = mine.image().brokers().get(id);
    if (broker == null || broker.peers().isEmpty()) {
      return;
    }
    probe
        .dial(broker.peers().get().toString())
        .thenAcceptAsync(
            verdict -> {
              switch (verdict) {
                case REFUSED -> {
                  if (controller == mine) {
                    carryOut(mine, watch.refused(id, broker.epoch(), mine.image()));
                  }
                }
                case UNKNOWN -> {} // its session timeout decides
              }
            },
            executor);
  }

  private void tickLater(ActiveController mine) {
    scheduler.after(
        Math.max(1, sessionTimeoutMs / TICKS_PER_TIMEOUT),
        () ->
            executor.execute(
                () -> {
                  if (controller == mine) {
                    carryOut(mine, watch.tick(mine.image(), nowMs()));
                    elections.round(nowMs());
                    tickLater(mine);
                  }
                }));
  }

  private void rebalanceLater(ActiveController mine, long intervalMs) {
    scheduler.after(
        intervalMs,
        () ->
            executor.execute(
                () -> {
                  if (controller == mine) {
                    mine.electLeaders(Election.PREFERRED, List.of());
                    rebalanceLater(mine, intervalMs);
                  }
                }));
  }

  private <T> CompletableFuture<T> onExecutor(Supplier<CompletableFuture<T>> work) {
    return CompletableFuture.supplyAsync(work, executor).thenCompose(done -> done);
  }

  private long nowMs() {
    return clock.monotonicNs() / 1_000_000;
  }
}

package io.myelin.controller;

import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * One of a cluster's controllers: takes part in the election, and is the active controller while it
 * leads.
 *
 * <p>Guarantee: at most one node's controller can write at a time, because each writes through a
 * store that its leadership fences. A node that has lost its leadership answers whoever waits with
 * NOT_CONTROLLER and campaigns again. Thread-safe, never blocks; fields are confined to the
 * executor unless volatile.
 */
public final class ControllerNode {
  private static final Logger log = Logger.getLogger(ControllerNode.class);

  /** After a takeover that failed: another node may have more luck, and nobody should spin. */
  private static final long PAUSE_MS = 1_000;

  /** 5 s: the lease of a former life with another endpoint has ended (2 s). */
  static final long NAMESAKE_MS_MAX = 5_000;

  private final Election election;
  private final Candidate self;
  private final EndpointProbe probe;
  private final Starter starter;
  private final Listener listener;
  private final Scheduler scheduler;
  private final Executor executor;
  private Leadership leadership;
  private boolean stopped;
  private volatile ActiveController controller;
  private volatile Optional<Active> active = Optional.empty();
  private volatile String activeUnknown;
  private final CompletableFuture<Active> idTaken = new CompletableFuture<>();

  /** Takes over a store. */
  public interface Starter {

    /**
     * @param epoch of the leadership, larger than those of all controllers before
     */
    CompletableFuture<ActiveController> start(MetadataStore store, long epoch);
  }

  /** Is told what this node is. On the node's own executor; must not block. */
  public interface Listener {

    /** It is the active controller from now on. */
    void leads(ActiveController controller, String storeId, long epoch);

    /**
     * It is not, or not any more.
     *
     * @param active who is, as far as is known
     */
    void follows(Optional<Active> active);
  }

  /** Closes {@code election} when it is stopped. */
  public ControllerNode(
      Election election,
      Candidate self,
      EndpointProbe probe,
      Starter starter,
      Listener listener,
      Scheduler scheduler,
      Threads threads) {
    this.election = election;
    this.self = self;
    this.probe = probe;
    this.starter = starter;
    this.listener = listener;
    this.scheduler = scheduler;
    this.executor = threads.serial("controller-node");
  }

  /** Takes part in the election from now on. */
  public void start() {
    election.observe(new Watcher());
    executor.execute(this::campaign);
  }

  /** This node's controller while it is the active one. Any thread. */
  public Optional<ActiveController> controller() {
    return Optional.ofNullable(controller);
  }

  /** This node, as the others know it. */
  Candidate self() {
    return self;
  }

  /** Who is active, as far as this node knows. Any thread. */
  public Optional<Active> active() {
    return active;
  }

  /**
   * Completes when another process is the active controller under this one's id, and stays it: they
   * must not take turns, since they may be two clusters'. Any thread.
   */
  public CompletableFuture<Active> idTaken() {
    return idTaken;
  }

  /** Why it cannot be found out at present who is active; empty while it can. Any thread. */
  public Optional<String> activeUnknown() {
    return Optional.ofNullable(activeUnknown);
  }

  /**
   * To be called when the stream to the active controller has broken. If nobody listens at its
   * endpoint any more, its leadership is revoked, so that nobody has to wait for its lease.
   * Completes with whether it was.
   *
   * @param epoch of the controller at the other end of the stream
   */
  public CompletableFuture<Boolean> streamBroke(long epoch) {
    Optional<Active> suspect =
        active.filter(one -> one.epoch() == epoch && !one.candidate().equals(self));
    if (suspect.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    String endpoint = suspect.get().candidate().endpoint();
    return probe
        .dial(endpoint)
        .thenCompose(
            verdict ->
                switch (verdict) {
                  case REFUSED -> {
                    log.infof(
                        "Nobody listens at %s: revoking the leadership of epoch %d",
                        endpoint, epoch);
                    yield election.revoke(epoch);
                  }
                  case UNKNOWN -> CompletableFuture.completedFuture(false);
                });
  }

  /**
   * Gives up a leadership, so that another node can take over at once, and takes no part any more.
   */
  public CompletableFuture<Void> stop() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    executor.execute(
        () -> {
          stopped = true;
          Leadership held = leadership;
          endController("The controller is stopping");
          CompletableFuture<Void> resigned =
              held == null ? CompletableFuture.completedFuture(null) : held.resign();
          resigned.whenCompleteAsync(
              (ok, e) -> {
                if (e != null) {
                  log.warnf("Could not resign; the lease will expire: %s", e.getMessage());
                }
                election.close();
                done.complete(null);
              },
              executor);
        });
    return done;
  }

  private void campaign() {
    if (!stopped) {
      election
          .campaign(self)
          .whenCompleteAsync(
              (won, e) -> {
                if (e == null) {
                  takeOver(won);
                } else if (!stopped) {
                  log.errorf(e, "The campaign failed");
                }
              },
              executor);
    }
  }

  private void takeOver(Leadership won) {
    if (stopped) {
      won.resign();
      return;
    }
    leadership = won;
    log.infof("Elected as the active controller in epoch %d", won.epoch());
    CompletableFuture<ActiveController> started =
        won.openStore().thenCompose(store -> startOn(store, won));
    started.whenCompleteAsync((mine, e) -> started(won, mine, e), executor);
    won.lost().thenAcceptAsync(reason -> lost(won, reason), executor);
  }

  private CompletableFuture<ActiveController> startOn(MetadataStore store, Leadership won) {
    return starter
        .start(store, won.epoch())
        .whenComplete(
            (mine, e) -> {
              if (e != null) {
                store.close();
              }
            });
  }

  private void started(Leadership won, ActiveController mine, Throwable e) {
    if (leadership != won) {
      if (mine != null) {
        mine.close();
      }
    } else if (e == null) {
      controller = mine;
      listener.leads(mine, mine.storeId(), won.epoch());
    } else {
      log.errorf(e, "Could not take over as the active controller in epoch %d", won.epoch());
      leadership = null;
      won.resign();
      scheduler.after(PAUSE_MS, () -> executor.execute(this::campaign));
    }
  }

  private void lost(Leadership ended, String reason) {
    if (leadership == ended) {
      log.warnf("Not the active controller of epoch %d any more: %s", ended.epoch(), reason);
      endController("This controller is not the active one any more: " + reason);
      campaign();
    }
  }

  private void endController(String reason) {
    leadership = null;
    if (controller != null) {
      controller.close(reason);
      controller = null;
      listener.follows(Optional.empty());
    }
  }

  private boolean isNamesake(Active other) {
    return other.candidate().id() == self.id() && !other.candidate().equals(self);
  }

  private final class Watcher implements Election.Observer {
    @Override
    public void active(Optional<Active> now) {
      boolean unchanged = activeUnknown != null && now.equals(active);
      activeUnknown = null;
      if (unchanged) {
        return;
      }
      active = now;
      executor.execute(
          () -> {
            if (controller == null) {
              listener.follows(now);
            }
            now.filter(ControllerNode.this::isNamesake).ifPresent(this::namesake);
          });
    }

    private void namesake(Active other) {
      scheduler.after(
          NAMESAKE_MS_MAX,
          () -> {
            if (active.equals(Optional.of(other))) {
              idTaken.complete(other);
            }
          });
    }

    @Override
    public void unreachable(Throwable cause) {
      log.warnf("Who is the active controller is unknown: %s", cause.getMessage());
      activeUnknown = cause.getMessage();
    }
  }
}

package io.myelin.metadata;

import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.metadata.ElectionKey.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * An election on one key with a lease, the same for every store. Fields are confined to the
 * executor unless volatile.
 *
 * <p>Design note: it looks at the key at an interval instead of being told of changes. A watch can
 * be silently dead (a member that stands still keeps the connection open), so that looking is
 * needed anyway; and the fast way to a new controller is a standby that revokes and campaigns,
 * which waits for neither.
 */
public final class LeaseElection implements Election {
  /**
   * How often the key is looked at. The slow part of a change of controllers is the lease of two
   * seconds; a tenth more does not matter. Three controllers read 15 times a second.
   */
  static final long LOOK_MS = 200;

  private final ElectionKey key;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final List<Observer> observers = new ArrayList<>();
  private Optional<Active> active = Optional.empty();
  private boolean known;
  // Counts what this process has changed itself: a look that began before tells nothing new.
  private long changes;
  private Throwable failure;
  private Candidacy candidacy;
  private Held held;
  private boolean looking;
  private volatile boolean closed;

  private record Candidacy(Candidate candidate, CompletableFuture<Leadership> won) {}

  /** Closes {@code key} when it is closed. */
  public LeaseElection(ElectionKey key, Environment environment) {
    this.key = key;
    this.clock = environment.clock();
    this.scheduler = environment.scheduler();
    this.executor = environment.threads().serial("election");
  }

  @Override
  public CompletableFuture<Leadership> campaign(Candidate candidate) {
    CompletableFuture<Leadership> won = new CompletableFuture<>();
    executor.execute(
        () -> {
          if (closed) {
            won.completeExceptionally(new StoreClosedException());
          } else if (candidacy != null) {
            won.completeExceptionally(new IllegalStateException("A campaign is under way"));
          } else {
            candidacy = new Candidacy(candidate, won);
            startLooking();
          }
        });
    return won;
  }

  @Override
  public void observe(Observer observer) {
    executor.execute(
        () -> {
          observers.add(observer);
          if (known) {
            observer.active(active);
          }
          startLooking();
        });
  }

  @Override
  public CompletableFuture<Boolean> revoke(long epoch) {
    // Look at once: whoever revokes wants to be the next.
    return key.release(epoch)
        .thenApplyAsync(
            released -> {
              changes++;
              saw(active.filter(one -> one.epoch() != epoch));
              return released;
            },
            executor);
  }

  @Override
  public void close() {
    closed = true;
    // Here and not in the task: the threads may be closed directly after this call.
    key.close();
    executor.execute(
        () -> {
          if (candidacy != null) {
            candidacy.won().completeExceptionally(new StoreClosedException());
            candidacy = null;
          }
          loseIfHeld("the election was closed");
        });
  }

  private void startLooking() {
    if (!looking) {
      looking = true;
      look();
    }
  }

  private void lookAgain() {
    scheduler.after(LOOK_MS, () -> executor.execute(this::look));
  }

  private void look() {
    if (closed) {
      return;
    }
    long changesBefore = changes;
    key.read()
        .whenCompleteAsync(
            (seen, e) -> {
              if (e != null) {
                failed(e);
              } else if (changes == changesBefore) {
                known &= failure == null; // so that the observers are told in any case
                failure = null;
                saw(seen);
              }
              lookAgain();
            },
            executor);
  }

  private void failed(Throwable e) {
    if (failure == null && !closed) {
      Throwable cause = Failures.unwrapped(e);
      observers.forEach(observer -> observer.unreachable(cause));
    }
    failure = e;
  }

  private void saw(Optional<Active> now) {
    if (closed) {
      return;
    }
    if (!known || !now.equals(active)) {
      known = true;
      active = now;
      observers.forEach(observer -> observer.active(now));
    }
    if (held != null && now.filter(one -> one.epoch() == held.epoch()).isEmpty()) {
      loseIfHeld("it was revoked");
    }
    if (candidacy != null) {
      now.ifPresentOrElse(this::standBy, this::run);
    }
  }

  private void standBy(Active other) {
    if (other.candidate().equals(candidacy.candidate())) {
      revoke(other.epoch()).whenCompleteAsync((released, e) -> noteFailure(e), executor);
    }
  }

  private void run() {
    Candidacy running = candidacy;
    // One attempt at a time; the next look finds out what an unanswered one has done.
    candidacy = null;
    long sentAtNs = clock.monotonicNs();
    key.acquire(running.candidate())
        .whenCompleteAsync(
            (holding, e) -> {
              if (closed) {
                running.won().completeExceptionally(new StoreClosedException());
              } else if (e == null && holding.isPresent()) {
                won(running, holding.get(), sentAtNs);
              } else {
                candidacy = running;
                noteFailure(e);
              }
            },
            executor);
  }

  private void noteFailure(Throwable e) {
    if (e != null) {
      failed(e);
    }
  }

  private void won(Candidacy campaign, Holding holding, long sentAtNs) {
    loseIfHeld("its candidate has won anew");
    LeaseKeeper keeper = new LeaseKeeper(key, holding, clock, scheduler, executor);
    held = new Held(holding.epoch(), keeper);
    keeper.start(sentAtNs);
    changes++;
    saw(Optional.of(new Active(campaign.candidate(), holding.epoch())));
    campaign.won().complete(held);
  }

  private void loseIfHeld(String reason) {
    if (held != null) {
      held.keeper.end(reason);
      held = null;
    }
  }

  private final class Held implements Leadership {
    private final long epoch;
    private final LeaseKeeper keeper;

    Held(long epoch, LeaseKeeper keeper) {
      this.epoch = epoch;
      this.keeper = keeper;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public CompletableFuture<MetadataStore> openStore() {
      return key.openStore(epoch);
    }

    @Override
    public CompletableFuture<String> lost() {
      return keeper.lost();
    }

    @Override
    public CompletableFuture<Void> resign() {
      executor.execute(() -> keeper.end("it was resigned"));
      return revoke(epoch).thenApply(released -> null);
    }
  }
}

package io.myelin.controller.session;

import io.myelin.env.Clock;
import io.myelin.metadata.ClusterImage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends snapshots to a few workers at a time, and the same one to as many as can go on from it.
 * Confined to the sessions' executor.
 *
 * <p>A thousand brokers that start together all need everything. One after the other they are
 * served as fast as all at once, the first ones much sooner, and what waits in connections stays
 * bounded.
 */
final class Snapshots {
  /**
   * 8: enough to fill the network of a controller whose brokers are busy applying what they got.
   */
  static final int PLACES_MAX = 8;

  /** 10 s: whoever has taken no part for so long has to wait again while others could go on. */
  static final long STILL_MS_MAX = 10_000;

  private final ImageHistory history;
  private final Clock clock;

  /** Who has a place, and when it has taken a part last. */
  private final Map<Place, Long> taken = new LinkedHashMap<>();

  private final Set<Place> waiting = new LinkedHashSet<>();

  /** Null: nobody is sent any, and the memory is free. */
  private SharedSnapshot newest;

  Snapshots(ImageHistory history, Clock clock) {
    this.history = history;
    this.clock = clock;
  }

  /**
   * @param wake is run when it is this worker's turn
   */
  Place place(Runnable wake) {
    return new Place(wake);
  }

  /** From which a difference leads to the latest image. Whoever asks has a place. */
  SharedSnapshot current() {
    if (newest == null || !leadsOn(newest.image())) {
      newest = new SharedSnapshot(history.latest());
    }
    return newest;
  }

  private boolean leadsOn(ClusterImage image) {
    return image.revision() == history.latest().revision()
        || history
            .since(image.revision())
            .flatMap(
                since ->
                    history.differences().between(since.image(), history.latest(), since.changes()))
            .isPresent();
  }

  private boolean giveUpOneThatStandsStill(long nowMs) {
    for (Iterator<Long> movedMs = taken.values().iterator(); movedMs.hasNext(); ) {
      if (nowMs - movedMs.next() > STILL_MS_MAX) {
        movedMs.remove();
        return true;
      }
    }
    return false;
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(clock.monotonicNs());
  }

  /** One worker's. */
  final class Place {
    private final Runnable wake;

    private Place(Runnable wake) {
      this.wake = wake;
    }

    /** Whether the worker may be sent a part; if not, it is woken when it may. */
    boolean enter() {
      long nowMs = nowMs();
      if (taken.replace(this, nowMs) != null) {
        return true;
      }
      if (taken.size() < PLACES_MAX || (isNext() && giveUpOneThatStandsStill(nowMs))) {
        waiting.remove(this);
        taken.put(this, nowMs);
        return true;
      }
      waiting.add(this);
      return false;
    }

    private boolean isNext() {
      return waiting.isEmpty() || waiting.iterator().next() == this;
    }

    /** The worker has everything, or is gone. Idempotent. */
    void leave() {
      waiting.remove(this);
      if (taken.remove(this) != null && !waiting.isEmpty()) {
        Place next = waiting.iterator().next();
        waiting.remove(next);
        taken.put(next, nowMs());
        next.wake.run();
      }
      if (taken.isEmpty()) {
        newest = null;
      }
    }
  }
}

package io.myelin.broker.coordinator;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The timers of one partition that run. Confined to the partition's thread. */
final class PartitionTimers<K> {
  // A timer whose decision could not be written goes off again, but does not hammer the log.
  private static final long RETRY_MS = 1_000;

  private final Clock clock;
  private final Scheduler scheduler;
  private final BiConsumer<K, Armed> wentOff;
  private final Map<K, Armed> armed = new HashMap<>();

  /** One arming of a key: tells a timer that went off from one that has replaced it since. */
  static final class Armed {
    private final long deadlineNs;
    private Scheduler.Timer timer;

    private Armed(long deadlineNs) {
      this.deadlineNs = deadlineNs;
    }
  }

  /** {@code wentOff} is called on the scheduler's thread. */
  PartitionTimers(Clock clock, Scheduler scheduler, BiConsumer<K, Armed> wentOff) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.wentOff = wentOff;
  }

  void apply(List<TimerEffect<K>> effects) {
    for (TimerEffect<K> effect : effects) {
      cancel(effect.key());
      if (effect instanceof TimerEffect.Schedule<K> schedule) {
        long delayMs = Math.max(0, schedule.delayMs());
        arm(schedule.key(), clock.monotonicNs() + delayMs * 1_000_000L, delayMs);
      }
    }
  }

  /** Whether {@code which} is the arming that counts; it is none afterwards. */
  boolean disarm(K key, Armed which) {
    return armed.remove(key, which);
  }

  /** Exactly {@code deadlinesNs} run afterwards; what is overdue goes off in a second. */
  void restore(Map<K, Long> deadlinesNs) {
    for (K key : List.copyOf(armed.keySet())) {
      Long deadlineNs = deadlinesNs.get(key);
      if (deadlineNs == null || deadlineNs != armed.get(key).deadlineNs) {
        cancel(key);
      }
    }
    long nowNs = clock.monotonicNs();
    deadlinesNs.forEach(
        (key, deadlineNs) -> {
          if (!armed.containsKey(key)) {
            long leftMs = (deadlineNs - nowNs) / 1_000_000L;
            arm(key, deadlineNs, leftMs > 0 ? leftMs : RETRY_MS);
          }
        });
  }

  void cancelAll() {
    armed.values().forEach(one -> one.timer.cancel());
    armed.clear();
  }

  Set<K> keys() {
    return Set.copyOf(armed.keySet());
  }

  private void arm(K key, long deadlineNs, long delayMs) {
    Armed one = new Armed(deadlineNs);
    armed.put(key, one);
    one.timer = scheduler.after(delayMs, () -> wentOff.accept(key, one));
  }

  private void cancel(K key) {
    Armed one = armed.remove(key);
    if (one != null) {
      one.timer.cancel();
    }
  }
}

package io.myelin.broker.coordinator;

import org.pcollections.HashPMap;

/**
 * State and timers after a decision: what the runtime returns to when later records cannot be
 * written.
 *
 * @param deadlinesNs of the waiting timers, on the monotonic clock
 */
record Snapshot<S, K>(S state, HashPMap<K, Long> deadlinesNs) {

  /** After {@code decision}, made at {@code nowNs}. */
  Snapshot<S, K> after(Decision<S, K> decision, long nowNs) {
    HashPMap<K, Long> deadlines = deadlinesNs;
    for (TimerEffect<K> effect : decision.timers()) {
      deadlines =
          switch (effect) {
            case TimerEffect.Schedule<K> s ->
                deadlines.plus(s.key(), nowNs + Math.max(0, s.delayMs()) * 1_000_000L);
            case TimerEffect.Cancel<K> c -> deadlines.minus(c.key());
          };
    }
    return new Snapshot<>(decision.state(), deadlines);
  }

  Snapshot<S, K> withoutTimer(K key) {
    return new Snapshot<>(state, deadlinesNs.minus(key));
  }
}

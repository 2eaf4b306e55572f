package io.myelin.broker.coordinator;

/**
 * Effect of a decision on the timers of its partition. At most one timer per key is waiting.
 *
 * @param <K> names a timer; compared with {@code equals}
 */
public sealed interface TimerEffect<K> {
  K key();

  /** Replaces the timer of this key, if there is one. */
  record Schedule<K>(K key, long delayMs) implements TimerEffect<K> {}

  /** No effect if there is no such timer. */
  record Cancel<K>(K key) implements TimerEffect<K> {}
}

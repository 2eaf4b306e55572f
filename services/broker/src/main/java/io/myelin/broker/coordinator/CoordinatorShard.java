package io.myelin.broker.coordinator;

/**
 * A coordinator's state machine: what one partition of its topic knows, and how it changes. Pure:
 * the same state, event and time give the same decision (identifiers come from an injected source
 * of randomness); it does no I/O, holds no locks, and keeps nothing outside of {@code S}.
 *
 * <p>One instance serves all partitions, from their threads at the same time. What must survive a
 * crash is what {@link #replay} rebuilds from the records; the rest of {@code S} (who waits, who
 * was heard of) is volatile, and gone when another broker takes over.
 *
 * @param <S> immutable state
 * @param <Q> requests
 * @param <K> names of timers; values
 */
public interface CoordinatorShard<S, Q, K> {

  S empty();

  /**
   * The state after {@code record}. Records of types that a newer version wrote change nothing.
   *
   * @param nowMs wall clock
   * @throws CorruptRecordException the bytes are not what their type says: the load fails
   */
  S replay(S state, CoordinatorRecord record, long nowMs);

  /** This broker now serves the partition: whom to watch from here on. */
  Decision<S, K> loaded(S state, long nowMs);

  Decision<S, K> decide(S state, Q request, long nowMs);

  /** The timer of this key has gone off and no longer exists. */
  Decision<S, K> expired(S state, K timer, long nowMs);
}

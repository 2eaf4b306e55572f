package io.myelin.broker.coordinator;

import java.util.List;

/**
 * What a state machine wants: the state after, what must be in the log for it, and what the world
 * is told once that is committed.
 *
 * @param state immutable; includes the effect of {@code records}
 * @param records appended together or not at all; empty if only volatile state changed
 * @param replies sent when the records, and those of all decisions before this one, are committed
 * @param timers take effect at once, and are undone if the records cannot be written
 * @param <S> state
 * @param <K> names of timers
 */
public record Decision<S, K>(
    S state,
    List<CoordinatorRecord> records,
    List<Reply<?>> replies,
    List<TimerEffect<K>> timers) {}

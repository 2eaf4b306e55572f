package io.myelin.broker.partition;

import io.myelin.log.record.ValidBatch;
import io.myelin.log.record.Verdict;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One batch on its way into a partition. The bytes of the batch stay in their frame: whoever waits
 * for the outcome keeps the frame until {@link Callback#onOutcome} has been called, exactly once.
 *
 * <p>Threads: made anywhere, validated by one thread, then the partition's shard's; {@link #cancel}
 * from anywhere.
 */
public final class PendingAppend {
  private enum State {
    QUEUED,
    APPENDING,
    DONE
  }

  /** Told once what became of the batch, on any thread; must be quick. */
  @FunctionalInterface
  public interface Callback {
    void onOutcome(AppendOutcome outcome);
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
  private final boolean awaitsCommit;
  private final Callback callback;
  private volatile Verdict verdict;
  private volatile AppendOutcome givenUp;
  private AppendOutcome.Stored stored;

  /**
   * @param awaitsCommit acks=all: the outcome waits until the high watermark has passed the batch
   */
  public PendingAppend(boolean awaitsCommit, Callback callback) {
    this.awaitsCommit = awaitsCommit;
    this.callback = callback;
  }

  void validated(Verdict verdict) {
    this.verdict = verdict;
    AppendOutcome outcome = givenUp;
    if (outcome != null) {
      cancel(outcome);
    }
  }

  boolean isValidated() {
    return verdict != null;
  }

  Verdict verdict() {
    return verdict;
  }

  ValidBatch batch() {
    return ((Verdict.Valid) verdict).batch();
  }

  boolean awaitsCommit() {
    return awaitsCommit;
  }

  /** From now on the bytes are in use until the outcome is known. False: it was cancelled. */
  boolean begin() {
    return state.compareAndSet(State.QUEUED, State.APPENDING);
  }

  void stored(AppendOutcome.Stored outcome) {
    stored = outcome;
  }

  AppendOutcome.Stored stored() {
    return stored;
  }

  void complete(AppendOutcome outcome) {
    if (state.getAndSet(State.DONE) != State.DONE) {
      callback.onOutcome(outcome);
    }
  }

  /**
   * Gives up if the append has not begun; then the outcome is {@code outcome}. While a validator
   * reads the bytes the frame must not go away under it: then it takes effect when that is done.
   */
  public void cancel(AppendOutcome outcome) {
    givenUp = outcome;
    if (verdict != null && state.compareAndSet(State.QUEUED, State.DONE)) {
      callback.onOutcome(outcome);
    }
  }
}

package io.myelin.broker.coordinator;

/** Records did not get committed. */
public final class AppendFailedException extends RuntimeException {
  private final Outcome outcome;

  public AppendFailedException(Outcome outcome, String message) {
    super(message);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** What became of the records: decides what the runtime does. */
  public enum Outcome {
    /**
     * They are not in the log and never will be (too few replicas in sync, disk full): the runtime
     * returns to the committed state and goes on.
     */
    NOT_WRITTEN,
    /** The same, because the batch is larger than the topic allows. */
    TOO_LARGE,
    /**
     * They are in the log by now, or never will be, but it is not known whether they stay (this
     * broker leads no more, or the replica went offline): the runtime drops what it knows, and
     * loads the partition anew after a while, unless it is told to resign.
     */
    UNKNOWN
  }
}

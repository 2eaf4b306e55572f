package io.myelin.broker.coordinator;

/** The coordinator could not carry out a request. What the client is told is up to the edge. */
public final class CoordinatorUnavailable extends RuntimeException {
  private final Reason reason;

  public CoordinatorUnavailable(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** What stood in the way. */
  public enum Reason {
    /** This broker does not lead the partition: ask another one. */
    NOT_COORDINATOR,
    /** The partition is being loaded: try again here. */
    LOADING,
    /** The log refused the records, nothing has changed: try again. */
    NOT_WRITTEN,
    /** The log did not commit in time; whether the change will hold is not known yet. */
    TIMED_OUT,
    /** The change does not fit into one batch: trying again will not help. */
    TOO_LARGE,
    /** A defect: the decision could not be made. Nothing has changed. */
    FAILED
  }
}

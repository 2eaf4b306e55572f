package io.myelin.log.record;

/**
 * A batch or a record that may be well-formed, but is larger than what is held in memory of one.
 */
public final class TooLargeException extends InvalidBatchException {
  public TooLargeException(String message) {
    super(message);
  }
}

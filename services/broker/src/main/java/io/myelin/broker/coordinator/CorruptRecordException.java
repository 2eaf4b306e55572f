package io.myelin.broker.coordinator;

/** A record of a coordinator's partition cannot be understood. The message says which and why. */
public final class CorruptRecordException extends RuntimeException {
  public CorruptRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}

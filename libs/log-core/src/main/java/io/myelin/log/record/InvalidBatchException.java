package io.myelin.log.record;

/**
 * A batch whose bytes contradict themselves: a length that lies, a number that does not end, a
 * codec's stream that does not decode. The message says which, for a person.
 */
public sealed class InvalidBatchException extends RuntimeException permits TooLargeException {
  public InvalidBatchException(String message) {
    super(message);
  }

  public InvalidBatchException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.myelin.metadata;

/** The store was closed, or gave up after a disk error that its message tells. */
public final class StoreClosedException extends RuntimeException {
  public StoreClosedException() {
    super("The metadata store is closed");
  }

  StoreClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}

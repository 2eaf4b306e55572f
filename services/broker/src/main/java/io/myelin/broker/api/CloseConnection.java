package io.myelin.broker.api;

/** The request cannot be answered: the connection is closed, and the log says why. */
public final class CloseConnection extends RuntimeException {
  public CloseConnection(String reason) {
    super(reason);
  }
}

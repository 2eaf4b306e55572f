package io.myelin.metadata;

/** Asked of a controller that is not the active one, or is not any more: ask the active one. */
public final class NotControllerException extends RuntimeException {
  public NotControllerException(String message) {
    super(message);
  }
}

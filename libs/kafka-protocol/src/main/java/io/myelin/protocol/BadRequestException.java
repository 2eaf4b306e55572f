package io.myelin.protocol;

/** A frame that holds no request which this broker serves; the message says what it holds. */
public final class BadRequestException extends Exception {
  BadRequestException(String message) {
    super(message);
  }

  BadRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}

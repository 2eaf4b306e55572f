package io.myelin.log;

import java.io.IOException;

/**
 * A log that cannot be opened without losing what recovery must not drop; the message names the
 * file and what to do.
 */
public final class CorruptLogException extends IOException {
  public CorruptLogException(String message) {
    super(message);
  }
}

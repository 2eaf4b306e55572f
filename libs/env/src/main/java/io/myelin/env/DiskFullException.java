package io.myelin.env;

import java.io.IOException;

/**
 * No room on the file system: the write had no effect that a truncation cannot undo, and may
 * succeed later. Not for a force, of which neither is true: see {@link DiskFile#force}.
 */
public final class DiskFullException extends IOException {
  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }
}

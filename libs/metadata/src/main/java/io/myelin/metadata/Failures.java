package io.myelin.metadata;

import java.util.concurrent.CompletionException;

/** What futures wrap. */
final class Failures {
  private Failures() {}

  static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }
}

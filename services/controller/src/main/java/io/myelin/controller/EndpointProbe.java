package io.myelin.controller;

import java.util.concurrent.CompletableFuture;

/** Finds out whether anybody still listens where a process was. Thread-safe, never blocks. */
public interface EndpointProbe {

  /** Opens a connection of its own; never fails. */
  CompletableFuture<Verdict> dial(String endpoint);

  enum Verdict {
    /** The host is there and nobody listens: the process is gone. */
    REFUSED,
    /** It answers, or nobody does: nothing is known. */
    UNKNOWN
  }
}

package io.myelin.rpc;

/** What a unary call brought. */
public sealed interface Reply<A> {
  record Answer<A>(A message) implements Reply<A> {}

  /** Whether the server did what it was asked for is unknown, unless the kind says so. */
  record Failed<A>(Ending ending) implements Reply<A> {}
}

package io.myelin.rpc.grpc;

/** How connections are secured. */
public sealed interface Security {
  /** Not at all. */
  record Plaintext() implements Security {}
}

package io.myelin.rpc;

/** Accepts calls. Thread-safe. */
public interface RpcServer extends AutoCloseable {

  int port();

  /**
   * Ends every open call with {@link Ending.Kind#CLOSING} and takes no more: a later dial is
   * refused. Does not wait; connections that are not done after {@link RpcSettings#closeMs} are
   * cut. Idempotent.
   */
  @Override
  void close();
}

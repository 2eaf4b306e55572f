package io.myelin.rpc;

import java.io.IOException;

/**
 * Calls between processes. Thread-safe.
 *
 * <p>Services are written against this port; {@code io.myelin.rpc.grpc} carries it between
 * processes, {@code io.myelin.rpc.framed} over any {@code io.myelin.env.Network}, the simulated one
 * included. Both pass one contract suite.
 */
public interface RpcTransport extends AutoCloseable {

  /** Calls to one server over one connection. Nothing is dialled before the first call. */
  RpcClient client(Address server);

  /**
   * Accepts calls from the moment it returns.
   *
   * @throws java.net.BindException if the address is not ours or taken
   */
  RpcServer serve(Address bind, RpcHandlers handlers) throws IOException;

  /** Where messages that are read where they lie are best put: as the disk takes them. */
  default Buffers buffers() {
    return Buffers.onHeap();
  }

  /**
   * Closes its servers and clients. Calls that are open end; may wait for that for a few seconds,
   * so not for an event loop. Idempotent.
   */
  @Override
  void close();
}

package io.myelin.rpc.testing;

import io.myelin.rpc.Address;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Two hosts and the way between them, for {@link RpcContract}. */
public interface RpcWorld extends AutoCloseable {
  RpcTransport transport(Host host, RpcSettings settings);

  /** Where clients reach {@code server}, on the way that {@link #blackhole} and others break. */
  Address addressOf(RpcServer server);

  /** The same without anything in between, so that its listening is the server's own. */
  Address directAddressOf(RpcServer server);

  /** Where nobody listens, on a host that lives. */
  Address deserted();

  /** From where no answer comes. */
  Address unreachable();

  /**
   * What runs on the server's host is gone, without a word to its peers but what the kernel says.
   */
  void killServer();

  /** Nothing gets from one to the other any more, and nobody is told. */
  void blackhole();

  Executor serial(String name);

  /** Lets time pass until the condition holds; fails if it never does. */
  void await(BooleanSupplier condition);

  @Override
  void close();

  /** Each its own process, as far as the world goes. */
  enum Host {
    CLIENT,
    SERVER
  }
}

package io.myelin.rpc.testing;

import io.myelin.env.Network;
import io.myelin.env.Threads;
import io.myelin.env.jdk.JdkNetwork;
import io.myelin.env.jdk.JdkThreads;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** This machine's TCP, with a {@link Proxy} in the way. */
public final class TcpWorld implements RpcWorld {
  private final Network network = new JdkNetwork();
  private final Threads threads = new JdkThreads();
  private final Function<RpcSettings, RpcTransport> newTransport;
  private final Runnable onClose;
  private final List<Proxy> proxies = new ArrayList<>();
  private final List<AutoCloseable> sockets = new ArrayList<>();

  /**
   * @param onClose when the transports are closed
   */
  public TcpWorld(Function<RpcSettings, RpcTransport> newTransport, Runnable onClose) {
    this.newTransport = newTransport;
    this.onClose = onClose;
  }

  @Override
  public RpcTransport transport(Host host, RpcSettings settings) {
    return newTransport.apply(settings);
  }

  @Override
  public Address addressOf(RpcServer server) {
    Proxy proxy = new Proxy(network, server.port());
    proxies.add(proxy);
    return new Address("localhost", proxy.port());
  }

  @Override
  public Address directAddressOf(RpcServer server) {
    return new Address("localhost", server.port());
  }

  @Override
  public Address deserted() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return new Address("localhost", socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A queue of connections that nobody accepts and that is full: the kernel does not answer. */
  @Override
  public Address unreachable() {
    try {
      ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
      sockets.add(full);
      for (int i = 0; i < 4; i++) {
        SocketChannel waiting = SocketChannel.open();
        waiting.configureBlocking(false);
        waiting.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()));
        sockets.add(waiting);
      }
      return new Address("127.0.0.1", full.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void killServer() {
    proxies.forEach(Proxy::kill);
  }

  @Override
  public void blackhole() {
    proxies.forEach(Proxy::blackhole);
  }

  @Override
  public Executor serial(String name) {
    return threads.serial(name);
  }

  @Override
  public void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("Did not happen within 30 seconds");
      }
      LockSupport.parkNanos(100_000);
    }
  }

  @Override
  public void close() {
    for (AutoCloseable socket : sockets) {
      try {
        socket.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    network.close();
    onClose.run();
    threads.close();
  }
}

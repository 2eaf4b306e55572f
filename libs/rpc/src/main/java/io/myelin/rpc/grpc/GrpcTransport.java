package io.myelin.rpc.grpc;

import io.myelin.rpc.Address;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The port on grpc-java over Netty. Thread-safe.
 *
 * <p>Its event loops are its own: what clients of the Kafka protocol do, does not delay it.
 * Receivers run on their executors, where messages are read too; event loops only move bytes.
 */
public final class GrpcTransport implements RpcTransport {
  private final EventLoopGroup eventLoops;
  private final RpcSettings settings;
  private final Security security;
  private final List<GrpcServer> servers = new ArrayList<>();
  private final List<GrpcClient> clients = new ArrayList<>();
  private final PooledBuffers buffers = new PooledBuffers();
  private boolean closed;

  /**
   * @param eventLoopCount threads that move bytes; one moves about a gigabyte per second
   */
  public GrpcTransport(RpcSettings settings, Security security, int eventLoopCount) {
    this.settings = settings;
    this.security = security;
    this.eventLoops = Sockets.eventLoops(eventLoopCount);
  }

  @Override
  public synchronized RpcClient client(Address server) {
    requireOpen();
    GrpcClient client =
        new GrpcClient(server, settings, security, eventLoops, buffers.allocator(), this::forget);
    clients.add(client);
    return client;
  }

  @Override
  public synchronized RpcServer serve(Address bind, RpcHandlers handlers) throws IOException {
    requireOpen();
    GrpcServer server =
        new GrpcServer(bind, handlers, settings, security, eventLoops, buffers.allocator());
    servers.add(server);
    return server;
  }

  @Override
  public Buffers buffers() {
    return buffers;
  }

  @Override
  public void close() {
    List<GrpcServer> closing;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      closing = List.copyOf(servers);
      List.copyOf(clients).forEach(GrpcClient::close);
    }
    closing.forEach(GrpcServer::close);
    closing.forEach(GrpcServer::awaitEnd);
    eventLoops
        .shutdownGracefully(0, settings.closeMs(), TimeUnit.MILLISECONDS)
        .syncUninterruptibly();
  }

  private synchronized void forget(GrpcClient client) {
    clients.remove(client);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The transport is closed");
    }
  }
}

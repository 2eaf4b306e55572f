package io.myelin.rpc.framed;

import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.env.Network;
import io.myelin.env.Scheduler;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The port on a {@link Network}. Thread-safe; closing does not wait. On the simulator the same seed
 * gives the same run.
 *
 * <p>All state is confined to one serial executor, the loop; callers and the network hand over to
 * it.
 */
public final class FramedTransport implements RpcTransport {
  private final Parts parts;
  private final List<FramedClient> clients = new ArrayList<>();
  private final List<FramedServer> servers = new ArrayList<>();

  /** What everything here needs. */
  record Parts(
      Network network, Scheduler scheduler, Clock clock, Executor loop, RpcSettings settings) {

    Scheduler.Timer after(long delayMs, Runnable task) {
      return scheduler.after(delayMs, () -> loop.execute(task));
    }
  }

  public FramedTransport(Environment environment, RpcSettings settings) {
    parts =
        new Parts(
            environment.network(),
            environment.scheduler(),
            environment.clock(),
            environment.threads().serial("rpc"),
            settings);
  }

  @Override
  public synchronized RpcClient client(Address server) {
    FramedClient client = new FramedClient(parts, server);
    clients.add(client);
    return client;
  }

  @Override
  public synchronized RpcServer serve(Address bind, RpcHandlers handlers) throws IOException {
    FramedServer server = new FramedServer(parts, handlers);
    server.listen(bind);
    servers.add(server);
    return server;
  }

  @Override
  public synchronized void close() {
    clients.forEach(FramedClient::close);
    servers.forEach(FramedServer::close);
    clients.clear();
    servers.clear();
  }
}

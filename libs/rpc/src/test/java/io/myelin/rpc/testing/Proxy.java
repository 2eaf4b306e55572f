package io.myelin.rpc.testing;

import io.myelin.env.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Between a client and a server, on one host, so that the way between them can break. */
final class Proxy {
  private final Network network;
  private final int serverPort;
  private final List<Network.Connection> connections = new CopyOnWriteArrayList<>();
  private final Network.Listener listener;
  private volatile boolean blackhole;

  Proxy(Network network, int serverPort) {
    this.network = network;
    this.serverPort = serverPort;
    try {
      listener = network.listen("localhost", 0, this::accepted);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return listener.port();
  }

  void kill() {
    listener.close();
    connections.forEach(Network.Connection::close);
  }

  void blackhole() {
    blackhole = true;
  }

  private Network.Receiver accepted(Network.Connection near) {
    connections.add(near);
    Pipe toServer = new Pipe();
    network.connect(
        "localhost",
        serverPort,
        5_000,
        new Network.Dialer() {
          @Override
          public Network.Receiver connected(Network.Connection far) {
            connections.add(far);
            toServer.connect(far);
            Pipe toClient = new Pipe();
            toClient.connect(near);
            return toClient;
          }

          @Override
          public void failed(Network.ConnectFailure failure) {
            near.close();
          }
        });
    return toServer;
  }

  /** One direction. Confined to the network's thread. */
  private final class Pipe implements Network.Receiver {
    private Network.Connection to;
    private ByteBuffer early = ByteBuffer.allocate(0);
    private boolean ended;

    void connect(Network.Connection target) {
      to = target;
      if (ended) {
        to.close();
      } else {
        forward(early);
      }
    }

    @Override
    public void received(ByteBuffer bytes) {
      if (to == null) {
        early =
            ByteBuffer.allocate(early.remaining() + bytes.remaining()).put(early).put(bytes).flip();
      } else {
        forward(bytes);
      }
    }

    private void forward(ByteBuffer bytes) {
      if (!blackhole && bytes.hasRemaining() && !to.send(bytes)) {
        // Closed meanwhile, or more than the windows allow: both ends see the connection break.
        to.close();
      }
    }

    @Override
    public void closed() {
      ended = true;
      if (to != null && !blackhole) {
        to.close();
      }
    }
  }
}

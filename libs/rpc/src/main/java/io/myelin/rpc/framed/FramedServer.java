package io.myelin.rpc.framed;

import io.myelin.env.Network;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcHandlers.Handler;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.framed.FramedStream.Side;
import io.myelin.rpc.framed.FramedTransport.Parts;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Accepts calls. Its calls are for any thread, its state is confined to the loop. */
final class FramedServer implements RpcServer, FramedConnection.Owner {
  private final Parts parts;
  private final Map<String, Handler<?, ?>> handlers;
  private final Set<FramedConnection> connections = new LinkedHashSet<>();
  private Network.Listener listener;
  private boolean closing;

  FramedServer(Parts parts, RpcHandlers handlers) {
    this.parts = parts;
    this.handlers = handlers.byMethod();
  }

  void listen(Address bind) throws IOException {
    listener = parts.network().listen(bind.host(), bind.port(), this::accepted);
  }

  @Override
  public int port() {
    return listener.port();
  }

  @Override
  public void close() {
    listener.close();
    parts.loop().execute(this::end);
  }

  /** On the network's thread. */
  private Network.Receiver accepted(Network.Connection connection) {
    FramedConnection framed = new FramedConnection(parts, connection, this);
    parts.loop().execute(() -> add(framed));
    return framed;
  }

  private void add(FramedConnection connection) {
    if (closing) {
      connection.lose("The server stops");
      return;
    }
    connections.add(connection);
    connection.start();
  }

  private void end() {
    if (closing) {
      return;
    }
    closing = true;
    for (FramedConnection connection : List.copyOf(connections)) {
      connection.send(new Frame.Closing());
      connection.endAll(stops());
    }
    parts.after(parts.settings().closeMs(), this::cut);
  }

  private void cut() {
    List.copyOf(connections).forEach(connection -> connection.lose("The server stops"));
  }

  @Override
  public void opened(FramedConnection by, int stream, String method) {
    Handler<?, ?> handler = handlers.get(method);
    if (closing) {
      by.send(new Frame.End(stream, stops()));
    } else if (handler == null) {
      by.send(
          new Frame.End(
              stream, new Ending(Ending.Kind.UNSUPPORTED, "There is no method " + method)));
    } else if (by.streamCount() >= parts.settings().streamsMax()) {
      by.send(
          new Frame.End(
              stream, new Ending(Ending.Kind.OVERLOADED, by.streamCount() + " calls are open")));
    } else {
      open(by, stream, handler);
    }
  }

  private <In, Out> void open(FramedConnection by, int stream, Handler<In, Out> handler) {
    Side<In, Out> side =
        new Side<>(
            false,
            handler.method().getRequestMarshaller(),
            handler.method().getResponseMarshaller());
    new FramedStream<>(parts, side, handler.executor(), handler.receiver().get())
        .attach(by, stream);
  }

  private static Ending stops() {
    return new Ending(Ending.Kind.CLOSING, "The server stops");
  }

  @Override
  public void closing(FramedConnection by) {}

  @Override
  public void streamEnded(FramedConnection of) {}

  @Override
  public void lost(FramedConnection which) {
    connections.remove(which);
  }
}

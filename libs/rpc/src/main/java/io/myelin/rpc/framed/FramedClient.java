package io.myelin.rpc.framed;

import io.grpc.MethodDescriptor;
import io.myelin.env.Network;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.framed.FramedStream.Side;
import io.myelin.rpc.framed.FramedTransport.Parts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** Calls to one server. Its calls are for any thread, its state is confined to the loop. */
final class FramedClient implements RpcClient, FramedConnection.Owner {
  private final Parts parts;
  private final Address server;

  /** Methods by stream that waits for the connection. */
  private final Map<FramedStream<?, ?>, String> waiting = new LinkedHashMap<>();

  /** Null: none, or not yet, or one that takes no more streams. */
  private FramedConnection connection;

  private boolean dialing;
  private boolean closed;

  FramedClient(Parts parts, Address server) {
    this.parts = parts;
    this.server = server;
  }

  @Override
  public <Out, In> RpcStream<Out> open(
      MethodDescriptor<Out, In> method,
      long deadlineMs,
      Executor executor,
      RpcReceiver<In, Out> receiver) {
    Side<In, Out> side =
        new Side<>(true, method.getResponseMarshaller(), method.getRequestMarshaller());
    FramedStream<In, Out> stream = new FramedStream<>(parts, side, executor, receiver);
    parts.loop().execute(() -> begin(stream, method.getFullMethodName(), deadlineMs));
    return stream;
  }

  @Override
  public void close() {
    parts.loop().execute(this::end);
  }

  private void begin(FramedStream<?, ?> stream, String method, long deadlineMs) {
    if (closed) {
      stream.end(Ending.cancelled("The client is closed"));
      return;
    }
    int open = waiting.size() + (connection == null ? 0 : connection.streamCount());
    if (open >= parts.settings().streamsMax()) {
      stream.end(new Ending(Ending.Kind.OVERLOADED, open + " calls are open"));
      return;
    }
    if (deadlineMs != NO_DEADLINE_MS) {
      stream.endAfter(deadlineMs);
    }
    if (connection != null) {
      open(stream, method);
      return;
    }
    waiting.put(stream, method);
    if (!dialing) {
      dialing = true;
      parts
          .network()
          .connect(server.host(), server.port(), parts.settings().dialMs(), new Dialer());
    }
  }

  private void open(FramedStream<?, ?> stream, String method) {
    if (stream.hasEnded()) {
      return;
    }
    int id = connection.nextStream();
    connection.send(new Frame.Open(id, method));
    stream.attach(connection, id);
  }

  private void connected(FramedConnection to) {
    dialing = false;
    if (closed) {
      to.lose("The client is closed");
      return;
    }
    connection = to;
    to.start();
    to.send(new Frame.Hello(Frame.MAGIC, Frame.VERSION));
    Map<FramedStream<?, ?>, String> streams = new LinkedHashMap<>(waiting);
    waiting.clear();
    streams.forEach(this::open);
  }

  private void notConnected(Ending ending) {
    dialing = false;
    Map<FramedStream<?, ?>, String> streams = new LinkedHashMap<>(waiting);
    waiting.clear();
    streams.keySet().forEach(stream -> stream.conclude(ending));
  }

  private void end() {
    closed = true;
    notConnected(Ending.cancelled("The client is closed"));
    if (connection != null) {
      FramedConnection last = connection;
      connection = null;
      last.endAll(Ending.cancelled("The client is closed"));
      last.lose("The client is closed");
    }
  }

  @Override
  public void opened(FramedConnection by, int stream, String method) {
    by.send(new Frame.End(stream, new Ending(Ending.Kind.UNSUPPORTED, "A client takes no calls")));
  }

  @Override
  public void closing(FramedConnection by) {
    if (connection == by) {
      connection = null;
    }
    streamEnded(by);
  }

  @Override
  public void streamEnded(FramedConnection of) {
    if (connection != of && of.streamCount() == 0) {
      of.lose("The server stops");
    }
  }

  @Override
  public void lost(FramedConnection which) {
    if (connection == which) {
      connection = null;
    }
  }

  private final class Dialer implements Network.Dialer {
    @Override
    public Network.Receiver connected(Network.Connection to) {
      FramedConnection framed = new FramedConnection(parts, to, FramedClient.this);
      parts.loop().execute(() -> FramedClient.this.connected(framed));
      return framed;
    }

    @Override
    public void failed(Network.ConnectFailure failure) {
      Ending ending =
          switch (failure) {
            case REFUSED -> new Ending(Ending.Kind.REFUSED, "Nobody listens on " + server);
            case UNREACHABLE ->
                new Ending(
                    Ending.Kind.UNREACHABLE,
                    "No connection to " + server + " within " + parts.settings().dialMs() + " ms");
          };
      parts.loop().execute(() -> notConnected(ending));
    }
  }
}

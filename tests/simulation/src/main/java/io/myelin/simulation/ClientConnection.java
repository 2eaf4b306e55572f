package io.myelin.simulation;

import io.myelin.sim.SimRandomness;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/**
 * A client's end of a connection: frames requests, takes answers apart, and checks that they come
 * in the order of the requests. Bytes take their time, arrive in pieces and in order; what is under
 * way when the broker dies is lost.
 */
public final class ClientConnection {
  private record Pending(RequestHeader header, Consumer<ApiMessage> onAnswer) {}

  private final ClientSide side;
  private final ServerSide server;
  private final SimRandomness random;
  private final String clientId;
  private final Runnable onClosed;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final ArrayDeque<Runnable> toBroker = new ArrayDeque<>();
  private final ArrayDeque<Runnable> toClient = new ArrayDeque<>();
  private final int life;
  private byte[] received = new byte[1024];
  private int receivedCount;
  private int correlationId;
  private boolean closed;
  private SimulatedSocket socket;

  private ClientConnection(ClientSide side, ServerSide server, String clientId, Runnable onClosed) {
    this.side = side;
    this.server = server;
    this.random = side.random();
    this.clientId = clientId;
    this.onClosed = onClosed;
    this.life = server.life();
  }

  /**
   * Connects; null if nobody listens.
   *
   * @param onClosed called once if the broker ends the connection, or dies; not after {@link
   *     #close}
   */
  public static ClientConnection open(
      ClientSide side, ServerSide server, String clientId, Runnable onClosed) {
    ClientConnection connection = new ClientConnection(side, server, clientId, onClosed);
    connection.socket =
        server.accept(
            new SimulatedSocket.Wire() {
              @Override
              public void sent(byte[] bytes) {
                connection.travel(
                    connection.toClient,
                    () -> {
                      connection.socket.taken(bytes.length);
                      connection.receive(bytes);
                    });
              }

              @Override
              public void closed() {
                connection.travel(connection.toClient, connection::end);
              }
            });
    if (connection.socket == null) {
      return null;
    }
    side.connected(connection);
    return connection;
  }

  /** Sends a request; {@code onAnswer} is called once, or never if the connection ends before. */
  public void call(ApiKeys key, short version, ApiMessage request, Consumer<ApiMessage> onAnswer) {
    RequestHeader header = new RequestHeader(key, version, clientId, ++correlationId);
    ByteBuffer body =
        RequestUtils.serialize(header.data(), header.headerVersion(), request, version);
    byte[] frame =
        ByteBuffer.allocate(4 + body.remaining()).putInt(body.remaining()).put(body).array();
    pending.add(new Pending(header, onAnswer));
    int cut = random.nextInt(4) == 0 ? random.nextInt(frame.length) : 0;
    for (byte[] part :
        new byte[][] {
          Arrays.copyOfRange(frame, 0, cut), Arrays.copyOfRange(frame, cut, frame.length)
        }) {
      if (part.length > 0) {
        travel(toBroker, () -> socket.arrive(part));
      }
    }
    side.requested();
  }

  public int underWay() {
    return pending.size();
  }

  public boolean isClosed() {
    return closed;
  }

  /** The client leaves; nothing is called any more. What it has sent is still served. */
  public void close() {
    if (!closed) {
      closed = true;
      side.disconnected(this);
      travel(toBroker, socket::endOfInput);
    }
  }

  /** Whom it was opened to. */
  public ServerSide server() {
    return server;
  }

  /** The broker's process is gone. */
  public void brokerDied() {
    end();
  }

  private void end() {
    if (!closed) {
      closed = true;
      side.disconnected(this);
      onClosed.run();
    }
  }

  /** In order, whatever each piece takes. */
  private void travel(ArrayDeque<Runnable> way, Runnable arrival) {
    way.add(arrival);
    side.clock().after(random.nextInt(3), () -> arrive(way));
  }

  private void arrive(ArrayDeque<Runnable> way) {
    Runnable arrival = way.poll();
    if (server.life() == life && server.isAlive()) {
      arrival.run();
    }
  }

  private void receive(byte[] bytes) {
    if (closed) {
      return;
    }
    if (receivedCount + bytes.length > received.length) {
      received = Arrays.copyOf(received, 2 * (receivedCount + bytes.length));
    }
    System.arraycopy(bytes, 0, received, receivedCount, bytes.length);
    receivedCount += bytes.length;
    int at = 0;
    while (!closed && receivedCount - at >= 4) {
      int length = ByteBuffer.wrap(received, at, 4).getInt();
      if (receivedCount - at - 4 < length) {
        break;
      }
      ByteBuffer frame = ByteBuffer.wrap(Arrays.copyOfRange(received, at + 4, at + 4 + length));
      at += 4 + length;
      answer(frame);
    }
    receivedCount -= at;
    System.arraycopy(received, at, received, 0, receivedCount);
  }

  private void answer(ByteBuffer frame) {
    Pending first = pending.poll();
    if (first == null || frame.getInt(0) != first.header.correlationId()) {
      side.violation(clientId + ": an answer out of order, or to nothing: " + first);
      return;
    }
    side.answered();
    ApiMessage answer = AbstractResponse.parseResponse(frame, first.header).data();
    first.onAnswer.accept(answer);
  }
}

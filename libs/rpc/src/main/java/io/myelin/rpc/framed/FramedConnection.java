package io.myelin.rpc.framed;

import io.myelin.env.Network;
import io.myelin.env.Scheduler;
import io.myelin.rpc.Ending;
import io.myelin.rpc.framed.FramedTransport.Parts;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connection: frames in both directions, the streams that they belong to, two windows,
 * and signs of life. Confined to the loop.
 *
 * <p>Bounds. A sender has at most {@link #WINDOW_BYTES} of DATA frames on the way that the other
 * end has not acknowledged, which it does at once: so {@link Network.Connection} never has more
 * than that to keep, besides control frames, whose number follows that of streams and DATA frames.
 * Each stream has a window of its own, which the receiver gives back as its messages are asked for:
 * that is what stops a sender.
 */
final class FramedConnection implements Network.Receiver {
  /** 256 KiB: a quarter of what a network connection keeps. */
  private static final int WINDOW_BYTES = Network.Connection.PENDING_BYTES_MAX / 4;

  private final Parts parts;
  private final Network.Connection connection;
  private final Owner owner;
  private final FrameReader reader = new FrameReader();

  /** In the order of their opening: a run must not depend on hash codes. */
  private final Map<Integer, FramedStream<?, ?>> streams = new LinkedHashMap<>();

  /** Streams with something to send and credit for it, in the order of their turns. */
  private final LinkedHashSet<FramedStream<?, ?>> senders = new LinkedHashSet<>();

  private int sendWindow = WINDOW_BYTES;
  private int unacknowledged;
  private int lastStream;
  private long lastHeardNs;
  private boolean over;
  private Scheduler.Timer keepAlive;

  /** Client or server. Called on the loop. */
  interface Owner {
    /** The client wants a stream; only a server is asked. */
    void opened(FramedConnection by, int stream, String method);

    /** The server wants no more streams; only a client is told. */
    void closing(FramedConnection by);

    /** A stream is over. */
    void streamEnded(FramedConnection of);

    /** The connection is over. */
    void lost(FramedConnection which);
  }

  FramedConnection(Parts parts, Network.Connection connection, Owner owner) {
    this.parts = parts;
    this.connection = connection;
    this.owner = owner;
  }

  void start() {
    lastHeardNs = parts.clock().monotonicNs();
    scheduleKeepAlive();
  }

  boolean isOver() {
    return over;
  }

  int streamCount() {
    return streams.size();
  }

  /** A number for a new stream of the client's. */
  int nextStream() {
    return ++lastStream;
  }

  void add(int id, FramedStream<?, ?> stream) {
    streams.put(id, stream);
  }

  void remove(int id, FramedStream<?, ?> stream) {
    senders.remove(stream);
    if (streams.remove(id) != null) {
      owner.streamEnded(this);
    }
  }

  void endAll(Ending ending) {
    List.copyOf(streams.values()).forEach(stream -> stream.end(ending));
  }

  void send(Frame frame) {
    if (!over && !connection.send(frame.encode())) {
      // Not here: whoever sends may be in the middle of something.
      parts.loop().execute(() -> lose("The peer does not take what it is sent"));
    }
  }

  /** The stream has something to send, and credit. */
  void wantsToSend(FramedStream<?, ?> stream) {
    senders.add(stream);
    sendData();
  }

  /** One chunk of each in turn, as long as the window lasts. */
  private void sendData() {
    while (sendWindow > 0 && !senders.isEmpty()) {
      FramedStream<?, ?> next = senders.removeFirst();
      Frame.Data chunk = next.nextChunk();
      sendWindow -= chunk.cost();
      send(chunk);
      next.sent(chunk);
      if (next.canSend()) {
        senders.add(next);
      }
    }
  }

  /** On the network's thread. */
  @Override
  public void received(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    parts.loop().execute(() -> receive(copy));
  }

  /** On the network's thread. */
  @Override
  public void closed() {
    parts.loop().execute(() -> lose("The connection ended"));
  }

  private void receive(ByteBuffer bytes) {
    lastHeardNs = parts.clock().monotonicNs();
    try {
      reader.read(bytes, this::handle);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      lose("The peer sent what is no frame: " + e.getMessage());
    }
  }

  private void handle(Frame frame) {
    if (over) {
      return;
    }
    switch (frame) {
      case Frame.Hello hello -> greet(hello);
      case Frame.Open open -> owner.opened(this, open.stream(), open.method());
      case Frame.Data data -> receive(data);
      case Frame.Credit credit -> {
        FramedStream<?, ?> stream = streams.get(credit.stream());
        if (stream != null) {
          stream.credited(credit.bytes());
        }
      }
      case Frame.Ack ack -> {
        sendWindow += ack.bytes();
        sendData();
      }
      case Frame.Finish finish -> {
        FramedStream<?, ?> stream = streams.get(finish.stream());
        if (stream != null) {
          stream.peerFinished();
        }
      }
      case Frame.End end -> {
        FramedStream<?, ?> stream = streams.get(end.stream());
        if (stream != null) {
          stream.peerEnded(end.ending());
        }
      }
      case Frame.Ping ignored -> {}
      case Frame.Closing ignored -> owner.closing(this);
    }
  }

  private void greet(Frame.Hello hello) {
    if (hello.magic() != Frame.MAGIC || hello.version() != Frame.VERSION) {
      lose("The peer speaks another version: " + hello);
    }
  }

  private void receive(Frame.Data data) {
    unacknowledged += data.cost();
    if (unacknowledged >= WINDOW_BYTES / 4) {
      send(new Frame.Ack(unacknowledged));
      unacknowledged = 0;
    }
    FramedStream<?, ?> stream = streams.get(data.stream());
    if (stream != null) {
      stream.received(data);
    }
  }

  private void scheduleKeepAlive() {
    keepAlive = parts.after(parts.settings().keepAliveMs(), this::keepAlive);
  }

  private void keepAlive() {
    if (over) {
      return;
    }
    long silentNs = parts.clock().monotonicNs() - lastHeardNs;
    if (silentNs >= TimeUnit.MILLISECONDS.toNanos(parts.settings().silenceMs())) {
      lose("Nothing came for " + TimeUnit.NANOSECONDS.toMillis(silentNs) + " ms");
      return;
    }
    send(new Frame.Ping());
    scheduleKeepAlive();
  }

  /** Ends the connection, and all of its streams. */
  void lose(String why) {
    if (over) {
      return;
    }
    over = true;
    if (keepAlive != null) {
      keepAlive.cancel();
    }
    connection.close();
    Ending ending = new Ending(Ending.Kind.LOST, why);
    List.copyOf(streams.values()).forEach(stream -> stream.conclude(ending));
    owner.lost(this);
  }
}

package io.myelin.sim;

import io.myelin.env.Network.Acceptor;
import io.myelin.env.Network.Connection;
import io.myelin.env.Network.Dialer;
import io.myelin.env.Network.Receiver;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** One end of a connection; what it sends arrives in order. */
final class SimConnection implements Connection {
  /** How often TCP tries again on a way that is cut. */
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private final SimNetwork network;
  private final String from;
  private final String to;
  private final ArrayDeque<Runnable> underway = new ArrayDeque<>();
  private SimConnection peer;
  private Receiver receiver;
  private int pendingBytes;
  private boolean ended;
  private boolean abandoned;

  SimConnection(SimNetwork network, String from, String to) {
    this.network = network;
    this.from = from;
    this.to = to;
  }

  void pair(SimConnection far, Dialer dialer, Acceptor acceptor) {
    peer = far;
    far.peer = this;
    far.receiver = acceptor.accepted(far);
    receiver = dialer.connected(this);
  }

  @Override
  public boolean send(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (ended || pendingBytes + (long) length > PENDING_BYTES_MAX) {
      return false;
    }
    ByteBuffer copy = ByteBuffer.allocate(length).put(bytes).flip();
    pendingBytes += length;
    transmit(
        () -> {
          pendingBytes -= length;
          peer.receive(copy);
        });
    return true;
  }

  @Override
  public void close() {
    if (!ended) {
      transmit(peer::end);
      network.simulation().schedule("closed", 0, this::tellEnd);
      ended = true;
    }
  }

  /** Its process is gone: the other side learns it, this one nothing any more. */
  void abandon() {
    abandoned = true;
    close();
  }

  boolean isBetween(String host, String peerHost) {
    return from.equals(host) && to.equals(peerHost);
  }

  boolean isOver() {
    return ended;
  }

  /** This end is told that the connection is over, the other one is not. */
  void vanish() {
    if (!ended) {
      ended = true;
      tellEnd();
    }
  }

  private void transmit(Runnable delivery) {
    underway.add(delivery);
    if (underway.size() == 1) {
      network.simulation().schedule("packet", network.latencyNs(), this::deliver);
    }
  }

  private void deliver() {
    if (network.isCut(from, to)) {
      network.simulation().schedule("retry", RETRY_NS, this::deliver);
      return;
    }
    Runnable delivery = underway.poll();
    if (!underway.isEmpty()) {
      network.simulation().schedule("packet", network.latencyNs(), this::deliver);
    }
    delivery.run();
  }

  private void receive(ByteBuffer bytes) {
    if (!ended && receiver != null) {
      receiver.received(bytes);
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      tellEnd();
    }
  }

  private void tellEnd() {
    if (receiver != null && !abandoned) {
      receiver.closed();
    }
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Network.Connection;
import io.myelin.env.Network.Receiver;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.function.Function;

/** One end of a TCP connection. Sending and closing are for any thread, the rest the network's. */
final class JdkConnection implements Connection, JdkNetwork.Ready {
  private final JdkNetwork network;
  private final SocketChannel channel;
  private final SelectionKey key;
  private Receiver receiver;
  private boolean receiverKnowsTheEnd;

  /** Guarded by itself, like the two below. */
  private final ArrayDeque<ByteBuffer> pending = new ArrayDeque<>();

  private int pendingBytes;
  private boolean ended;

  JdkConnection(JdkNetwork network, SocketChannel channel, SelectionKey key) {
    this.network = network;
    this.channel = channel;
    this.key = key;
  }

  void open(Function<Connection, Receiver> owner) {
    key.attach(this);
    boolean taken = false;
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      receiver = owner.apply(this);
      taken = receiver != null;
      if (taken && !hasEnded()) {
        key.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      // The peer is gone already: the owner learns it like any other end.
      receiver = owner.apply(this);
      taken = receiver != null;
      close();
    } finally {
      if (!taken) {
        JdkNetwork.closeQuietly(channel);
      }
    }
  }

  @Override
  public boolean send(ByteBuffer bytes) {
    synchronized (pending) {
      if (ended || pendingBytes + (long) bytes.remaining() > PENDING_BYTES_MAX) {
        return false;
      }
      ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
      pendingBytes += copy.remaining();
      pending.add(copy);
      if (pending.size() > 1) {
        return true;
      }
    }
    network.submit(this::flush);
    return true;
  }

  @Override
  public void close() {
    synchronized (pending) {
      if (ended) {
        return;
      }
      ended = true;
      pending.clear();
    }
    network.submit(this::end);
  }

  @Override
  public void ready(SelectionKey readyKey) {
    if (readyKey.isValid() && readyKey.isReadable()) {
      receive();
    }
    if (readyKey.isValid() && readyKey.isWritable()) {
      flush();
    }
  }

  private void receive() {
    ByteBuffer buffer = network.receiveBuffer();
    boolean open = false;
    try {
      open = channel.read(buffer) >= 0;
      buffer.flip();
      if (open && !hasEnded()) {
        open = false;
        receiver.received(buffer);
        open = true;
      }
    } catch (IOException e) {
      // Reset by the peer: an end like any other.
      open = false;
    } finally {
      if (!open) {
        close();
      }
    }
  }

  private void flush() {
    try {
      synchronized (pending) {
        while (!ended && !pending.isEmpty()) {
          ByteBuffer first = pending.peek();
          pendingBytes -= channel.write(first);
          if (first.hasRemaining()) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            return;
          }
          pending.poll();
        }
        if (!ended) {
          key.interestOps(SelectionKey.OP_READ);
        }
      }
    } catch (IOException e) {
      // The peer is gone: an end like any other.
      close();
    }
  }

  private boolean hasEnded() {
    synchronized (pending) {
      return ended;
    }
  }

  private void end() {
    JdkNetwork.closeQuietly(channel);
    if (receiver != null && !receiverKnowsTheEnd) {
      receiverKnowsTheEnd = true;
      receiver.closed();
    }
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Network.ConnectFailure;
import io.myelin.env.Network.Dialer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** An attempt to connect. Confined to the network's thread. */
final class Dialing implements JdkNetwork.Ready {
  private final JdkNetwork network;
  private final Dialer dialer;
  private final long deadlineNs;
  private SocketChannel channel;

  Dialing(JdkNetwork network, Dialer dialer, long deadlineNs) {
    this.network = network;
    this.dialer = dialer;
    this.deadlineNs = deadlineNs;
  }

  void begin(InetSocketAddress address, Selector selector) {
    if (address.isUnresolved()) {
      dialer.failed(ConnectFailure.UNREACHABLE);
      return;
    }
    try {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      // Registered before it connects: the key is the one place where it is found and expires.
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, this);
      if (channel.connect(address)) {
        succeed(key);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      if (key.isValid() && channel.finishConnect()) {
        succeed(key);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  void expire(long nowNs) {
    if (nowNs - deadlineNs >= 0 && channel.isOpen()) {
      JdkNetwork.closeQuietly(channel);
      dialer.failed(ConnectFailure.UNREACHABLE);
    }
  }

  private void succeed(SelectionKey key) {
    new JdkConnection(network, channel, key).open(dialer::connected);
  }

  private void fail(IOException e) {
    if (channel != null) {
      JdkNetwork.closeQuietly(channel);
    }
    dialer.failed(isRefused(e) ? ConnectFailure.REFUSED : ConnectFailure.UNREACHABLE);
  }

  /** Other failures are other types (no route), or the same one with another message (timeout). */
  private static boolean isRefused(IOException e) {
    String message = e.getMessage();
    return e instanceof ConnectException && message != null && message.contains("refused");
  }
}

package io.myelin.env.jdk;

import io.myelin.env.Network.Acceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A bound port. Confined to the network's thread. */
final class Listening implements JdkNetwork.Ready {
  private final JdkNetwork network;
  private final ServerSocketChannel channel;
  private final Acceptor acceptor;

  Listening(JdkNetwork network, ServerSocketChannel channel, Acceptor acceptor) {
    this.network = network;
    this.channel = channel;
    this.acceptor = acceptor;
  }

  void register(Selector selector) {
    try {
      channel.register(selector, SelectionKey.OP_ACCEPT, this);
    } catch (ClosedChannelException e) {
      // Closed before its turn came: nobody wants its connections.
    }
  }

  @Override
  public void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    try {
      SocketChannel accepted = channel.accept();
      if (accepted != null) {
        accepted.configureBlocking(false);
        SelectionKey acceptedKey = accepted.register(key.selector(), 0);
        new JdkConnection(network, accepted, acceptedKey).open(acceptor::accepted);
      }
    } catch (ClosedChannelException e) {
      // Closed by its owner in the meantime.
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot accept a connection", e);
    }
  }
}

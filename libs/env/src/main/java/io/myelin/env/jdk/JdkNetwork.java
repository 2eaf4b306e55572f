package io.myelin.env.jdk;

import io.myelin.env.Network;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** TCP on one selector and one daemon thread, both started by the first use. */
public final class JdkNetwork implements Network {
  /** How often attempts to connect are checked for having taken too long. */
  private static final long DEADLINE_CHECK_MS = 20;

  /** 64 KiB: a connection that brings more gives the others a turn in between. */
  private static final int RECEIVE_BYTES = 64 << 10;

  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private Selector selector;
  private volatile boolean closed;

  /** Confined to the network's thread. */
  private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);

  @Override
  public Listener listen(String host, int port, Acceptor acceptor) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new BindException("Cannot listen on " + host + ": no such name");
    }
    requireRunning();
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.bind(address);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    // The kernel listens already and keeps connections until the selector gets here.
    Listening listening = new Listening(this, channel, acceptor);
    submit(() -> listening.register(selector));
    int boundPort = channel.socket().getLocalPort();
    return new Listener() {
      @Override
      public int port() {
        return boundPort;
      }

      @Override
      public void close() {
        closeQuietly(channel);
        // The kernel frees the port when the selector lets go of the channel.
        submit(() -> select(() -> selector.selectNow(JdkNetwork::ready)));
      }
    };
  }

  @Override
  public void connect(String host, int port, long timeoutMs, Dialer dialer) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    try {
      requireRunning();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start the network", e);
    }
    // Names are resolved by blocking, and neither caller nor network may.
    Thread.ofVirtual()
        .start(
            () -> {
              InetSocketAddress address = new InetSocketAddress(host, port);
              submit(() -> new Dialing(this, dialer, deadlineNs).begin(address, selector));
            });
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (selector == null) {
        return;
      }
    }
    selector.wakeup();
  }

  private synchronized Selector requireRunning() throws IOException {
    if (closed) {
      throw new IOException("The network is closed");
    }
    if (selector == null) {
      selector = Selector.open();
      Workers.newThread("myelin-network", this::run).start();
    }
    return selector;
  }

  /** Runs {@code command} on the network's thread. */
  void submit(Runnable command) {
    commands.add(command);
    selector.wakeup();
  }

  ByteBuffer receiveBuffer() {
    return receiveBuffer.clear();
  }

  private void run() {
    while (!closed) {
      Workers.run(this::turn);
    }
    for (SelectionKey key : List.copyOf(selector.keys())) {
      closeQuietly(key.channel());
    }
    closeQuietly(selector);
  }

  private void turn() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      Workers.run(command);
    }
    long timeoutMs = dialing() ? DEADLINE_CHECK_MS : 0;
    select(() -> selector.select(JdkNetwork::ready, timeoutMs));
    expireDials();
  }

  private static void ready(SelectionKey key) {
    Workers.run(() -> ((Ready) key.attachment()).ready(key));
  }

  private static void select(Selection selection) {
    try {
      selection.select();
    } catch (IOException e) {
      throw new UncheckedIOException("The network's selector failed", e);
    }
  }

  private boolean dialing() {
    return selector.keys().stream().anyMatch(key -> key.attachment() instanceof Dialing);
  }

  private void expireDials() {
    long nowNs = System.nanoTime();
    for (SelectionKey key : List.copyOf(selector.keys())) {
      if (key.attachment() instanceof Dialing dialing) {
        Workers.run(() -> dialing.expire(nowNs));
      }
    }
  }

  static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // Nothing was promised about what this end still had to say, and the descriptor is gone.
    }
  }

  @FunctionalInterface
  private interface Selection {
    int select() throws IOException;
  }

  /** What hangs on a selection key. Confined to the network's thread. */
  sealed interface Ready permits Listening, Dialing, JdkConnection {
    void ready(SelectionKey key);
  }
}

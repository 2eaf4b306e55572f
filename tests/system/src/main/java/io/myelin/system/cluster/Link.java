package io.myelin.system.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between clients and a server that can be made bad: a TCP proxy. Thread-safe; each
 * change takes effect at once, on connections that are open as well. Bytes are never lost or mixed
 * up within a connection, since TCP would not either: what does not get through waits.
 */
public final class Link implements AutoCloseable {
  /** Which way bytes go. */
  public enum Direction {
    /** From whoever connected. */
    REQUESTS,
    /** To whoever connected. */
    ANSWERS
  }

  private final String name;
  private final InetSocketAddress address;
  private final InetSocketAddress target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<LinkConnection> connections = new HashSet<>();
  private final Set<Direction> held = EnumSet.noneOf(Direction.class);
  private ServerSocket listener;
  private Thread acceptor;
  private Duration delay = Duration.ZERO;
  private boolean cut;
  private boolean targetGone;

  private Link(String name, InetSocketAddress address, InetSocketAddress target) {
    this.name = name;
    this.address = address;
    this.target = target;
  }

  /** Listens at {@code address} from now on, and connects to {@code target}. */
  public static Link open(String name, InetSocketAddress address, InetSocketAddress target)
      throws IOException {
    Link link = new Link(name, address, target);
    link.listen();
    return link;
  }

  public String name() {
    return name;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Breaks all connections, and refuses new ones until it is healed. */
  public void cut() throws IOException, InterruptedException {
    change(() -> cut = true);
    refuse();
  }

  /** The process behind it has ended: whoever connects is to see that. */
  void targetGone() throws IOException, InterruptedException {
    change(() -> targetGone = true);
    refuse();
  }

  /** The process behind it is about to begin. */
  void targetBack() throws IOException {
    change(() -> targetGone = false);
    listenIfWhole();
  }

  private void refuse() throws IOException, InterruptedException {
    Thread accepting;
    lock.lock();
    try {
      listener.close();
      accepting = acceptor;
    } finally {
      lock.unlock();
    }
    accepting.join(); // the kernel takes connections as long as somebody is accepting them
    lock.lock();
    List<LinkConnection> broken;
    try {
      broken = List.copyOf(connections);
    } finally {
      lock.unlock();
    }
    broken.forEach(LinkConnection::reset);
  }

  /** Lets nothing through in these directions until it is healed; nobody is told. */
  public void hold(Set<Direction> directions) {
    change(() -> held.addAll(directions));
  }

  /** Makes everything take longer, each way, until it is healed. */
  public void delay(Duration each) {
    change(() -> delay = each);
  }

  /**
   * Lets nothing through on the connections that are open now, for ever, and tells nobody: as if
   * the other side had lost its power. New ones are fine.
   */
  public void orphan() {
    change(() -> connections.forEach(LinkConnection::orphan));
  }

  /** A good network again. What {@link #orphan} did to connections stays. */
  public void heal() throws IOException {
    change(
        () -> {
          held.clear();
          delay = Duration.ZERO;
          cut = false;
        });
    listenIfWhole();
  }

  private void listenIfWhole() throws IOException {
    lock.lock();
    try {
      if (listener.isClosed() && !cut && !targetGone) {
        listen();
      }
    } finally {
      lock.unlock();
    }
  }

  /** For good. */
  @Override
  public void close() throws IOException, InterruptedException {
    cut();
  }

  private void change(Runnable action) {
    lock.lock();
    try {
      action.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void listen() throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(address);
    lock.lock();
    try {
      listener = socket;
      acceptor = Thread.ofVirtual().name(name + "-accept").start(() -> acceptAll(socket));
    } finally {
      lock.unlock();
    }
  }

  private void acceptAll(ServerSocket socket) {
    while (true) {
      Socket client;
      try {
        client = socket.accept();
      } catch (IOException e) {
        return; // it was closed
      }
      Thread.ofVirtual().name(name + "-connect").start(() -> connect(socket, client));
    }
  }

  private void connect(ServerSocket acceptedBy, Socket client) {
    Socket server = new Socket();
    LinkConnection connection = new LinkConnection(this, client, server);
    // Before anybody can use it: what is done to the link is done to it as well.
    change(() -> connections.add(connection));
    try {
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      connection.reset(); // the target is down, and so is the link
      return;
    }
    if (acceptedBy.isClosed()) {
      connection.reset();
    }
    connection.start();
  }

  void forget(LinkConnection connection) {
    change(() -> connections.remove(connection));
  }

  Duration delay() {
    lock.lock();
    try {
      return delay;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until bytes that came in at {@code dueNs} minus the delay may go out. */
  void awaitPassage(LinkConnection connection, Direction direction, long dueNs)
      throws InterruptedException {
    lock.lock();
    try {
      while (!connection.isReset()) {
        long leftNs = dueNs - System.nanoTime();
        if (held.contains(direction) || connection.isOrphaned()) {
          changed.await();
        } else if (leftNs > 0) {
          // Only the time matters; a change is looked at, too.
          long _ = changed.awaitNanos(leftNs);
        } else {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes a socket so that its peer is told of an error. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.myelin.broker.net;

import io.myelin.broker.api.Apis;
import io.myelin.env.Clock;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All connections of the broker: what they share, how many they may be, and their end.
 *
 * <p>Thread-safe. Knows nothing of transports: {@link #attach} turns any channel into a connection,
 * an embedded one in a test or a simulation as well.
 */
public final class Connections {
  private final NetworkConfig config;
  private final Apis apis;
  private final Clock clock;
  private final RequestObserver observer;
  private final MemoryBudget budget;
  private final ConnectionLog log;
  private final AtomicLong ids = new AtomicLong();
  private final List<Runnable> limitListeners = new CopyOnWriteArrayList<>();
  private volatile ConnectionLimits limits = ConnectionLimits.NONE;

  /** Guarded by this object's monitor, like what follows. */
  private final Set<Connection> open = new LinkedHashSet<>();

  private final Map<InetAddress, Integer> openPerIp = new HashMap<>();
  private boolean closing;
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();

  public Connections(NetworkConfig config, Apis apis, Clock clock, RequestObserver observer) {
    this.config = config;
    this.apis = apis;
    this.clock = clock;
    this.observer = observer;
    this.budget = new MemoryBudget(config.requestMemoryBytes());
    this.log = new ConnectionLog(clock);
  }

  /**
   * From now on these hold. As in Kafka, of more connections than {@code max.connections} those are
   * closed that have been quiet for longest, as far as {@link Connection#heardAtNs} tells; other
   * limits concern new ones only.
   */
  public void limit(ConnectionLimits newLimits) {
    List<Connection> tooMany;
    synchronized (this) {
      limits = newLimits;
      tooMany = quietest(open.size() - newLimits.connectionsMax());
    }
    for (Connection connection : tooMany) {
      log.warn(
          ConnectionLog.Reason.LIMIT,
          "Closing " + connection + ": max.connections is now " + newLimits.connectionsMax(),
          null);
      connection.close();
    }
    limitListeners.forEach(Runnable::run);
  }

  private List<Connection> quietest(int count) {
    // Looked at once: they go on while they are sorted.
    record Heard(Connection connection, long atNs) {}
    return count <= 0
        ? List.of()
        : open.stream()
            .map(connection -> new Heard(connection, connection.heardAtNs()))
            .sorted(Comparator.comparingLong(Heard::atNs))
            .limit(count)
            .map(Heard::connection)
            .toList();
  }

  /** {@code listener} is called when the limits have changed. */
  void onLimits(Runnable listener) {
    limitListeners.add(listener);
  }

  ConnectionLimits limits() {
    return limits;
  }

  /** Makes {@code channel} a connection of {@code listener}. Called on its event loop. */
  public void attach(Channel channel, String listener) {
    Connection connection = new Connection(channel, listener, ids.incrementAndGet(), this);
    channel.config().setRecvByteBufAllocator(new FrameReceiver(connection.reader()));
    channel.pipeline().addLast(connection);
  }

  /** How many are open. */
  public synchronized int count() {
    return open.size();
  }

  /** Bytes that frames may still reserve. */
  public long requestMemoryFreeBytes() {
    return budget.freeBytes();
  }

  /** Frames that wait for memory. */
  public int framesWaiting() {
    return budget.waiting();
  }

  void opened(Connection connection) {
    observer.connectionOpened(connection.listener());
    String refusal = admit(connection);
    if (refusal != null) {
      log.warn(
          ConnectionLog.Reason.LIMIT, "Closing " + connection + ": " + refusal + " reached", null);
      connection.close();
    }
  }

  /**
   * Keeping to {@code max.connections} is {@link AcceptGate}'s: it may accept one before another,
   * whose place that takes, is gone from here.
   */
  private synchronized String admit(Connection connection) {
    open.add(connection);
    InetAddress address = addressOf(connection);
    int ofIp = openPerIp.merge(address, 1, Integer::sum);
    ConnectionLimits now = limits;
    if (closing) {
      return "end of the broker's life";
    }
    if (ofIp > now.connectionsMaxOf(address)) {
      return "max.connections.per.ip = " + now.connectionsMaxOf(address);
    }
    return null;
  }

  private static InetAddress addressOf(Connection connection) {
    InetAddress address = connection.client().getAddress();
    return address == null ? InetAddress.getLoopbackAddress() : address;
  }

  void closed(Connection connection) {
    boolean last;
    synchronized (this) {
      if (!open.remove(connection)) {
        return;
      }
      openPerIp.computeIfPresent(
          addressOf(connection), (ip, count) -> count == 1 ? null : count - 1);
      last = closing && open.isEmpty();
    }
    observer.connectionClosed(connection.listener());
    if (last) {
      allClosed.complete(null);
    }
  }

  /**
   * Takes no requests any more, and completes when the last connection has got its answers and is
   * closed.
   */
  public CompletableFuture<Void> drain() {
    List<Connection> now;
    synchronized (this) {
      closing = true;
      now = List.copyOf(open);
    }
    if (now.isEmpty()) {
      allClosed.complete(null);
    }
    now.forEach(Connection::drainFromAnywhere);
    return allClosed;
  }

  /** Closes what is still open, answered or not. */
  public void closeNow() {
    List<Connection> now;
    synchronized (this) {
      closing = true;
      now = List.copyOf(open);
    }
    now.forEach(Connection::close);
  }

  NetworkConfig config() {
    return config;
  }

  Apis apis() {
    return apis;
  }

  Clock clock() {
    return clock;
  }

  RequestObserver observer() {
    return observer;
  }

  MemoryBudget budget() {
    return budget;
  }

  ConnectionLog log() {
    return log;
  }
}

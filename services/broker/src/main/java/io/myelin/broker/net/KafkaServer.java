package io.myelin.broker.net;

import io.myelin.broker.api.Apis;
import io.myelin.env.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollMode;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Listens for Kafka clients and serves them with the given APIs.
 *
 * <p>{@link #start} and {@link #close} are called once, by one thread that may block; everything
 * else happens on event loops.
 */
public final class KafkaServer {
  private static final int POOL_PAGE_BYTES = 8 * 1024;

  /**
   * Chunks of 4 MiB. Quarkus makes 64 KiB the default, so that a full batch of a producer would be
   * a chunk of its own: asked of the system, zeroed and given back for each request.
   */
  private static final int POOL_MAX_ORDER = 9;

  private final Connections connections;
  private final List<Channel> listeners = new ArrayList<>();
  private final ByteBufAllocator allocator;
  private final AcceptGate acceptGate;
  private EventLoopGroup acceptors;
  private EventLoopGroup workers;

  public KafkaServer(NetworkConfig config, Apis apis, Clock clock, RequestObserver observer) {
    this(new Connections(config, apis, clock, observer));
  }

  /** Serves what it accepts as {@code connections} says. */
  public KafkaServer(Connections connections) {
    this.connections = connections;
    this.allocator = allocator(connections.config().ioThreads());
    this.acceptGate = new AcceptGate(connections);
  }

  /** An arena for each event loop: none waits for another, and none is there for nobody. */
  private static ByteBufAllocator allocator(int loops) {
    return new PooledByteBufAllocator(
        true,
        0,
        loops,
        POOL_PAGE_BYTES,
        POOL_MAX_ORDER,
        PooledByteBufAllocator.defaultSmallCacheSize(),
        PooledByteBufAllocator.defaultNormalCacheSize(),
        false);
  }

  public Connections connections() {
    return connections;
  }

  /** Tasks that the event loops have not got to. */
  public long eventLoopTasks() {
    long tasks = 0;
    for (EventExecutor loop : workers) {
      tasks += loop instanceof SingleThreadEventExecutor single ? single.pendingTasks() : 0;
    }
    return tasks;
  }

  /**
   * Binds all listeners; from then on clients are served.
   *
   * @return the bound addresses, in the order of the listeners
   * @throws IOException if one cannot be bound, or the JVM does not allow the memory that requests
   *     may need; then none is
   */
  public List<InetSocketAddress> start(List<Listener> wanted) throws IOException {
    DirectMemory.check(connections.config(), DirectMemory.limitBytes());
    boolean epoll = Epoll.isAvailable();
    acceptors = group(epoll, 1, "kafka-accept");
    workers = group(epoll, connections.config().ioThreads(), "kafka-io");
    try {
      List<InetSocketAddress> bound = new ArrayList<>();
      for (Listener listener : wanted) {
        Channel channel = bind(withPort(listener, wanted, bound), epoll);
        listeners.add(channel);
        bound.add((InetSocketAddress) channel.localAddress());
      }
      return bound;
    } catch (IOException e) {
      close(0);
      throw e;
    }
  }

  private static Listener withPort(
      Listener listener, List<Listener> wanted, List<InetSocketAddress> bound) {
    InetSocketAddress bind = listener.bind();
    for (int i = 0; i < bound.size() && bind.getPort() == 0; i++) {
      if (wanted.get(i).name().equals(listener.name())) {
        bind = new InetSocketAddress(bind.getAddress(), bound.get(i).getPort());
      }
    }
    return new Listener(listener.name(), bind);
  }

  @SuppressWarnings("deprecation") // the platform's Netty 4.1 knows the group classes only
  private static EventLoopGroup group(boolean epoll, int threads, String name) {
    DefaultThreadFactory factory = new DefaultThreadFactory(name);
    return epoll
        ? new EpollEventLoopGroup(threads, factory)
        : new NioEventLoopGroup(threads, factory);
  }

  private Channel bind(Listener listener, boolean epoll) throws IOException {
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptors, workers)
            .channel(type)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, connections.config().acceptBacklog())
            .handler(acceptGate)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            // A client that sends and closes (acks=0, LeaveGroup) has its requests served first.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.attach(channel, listener.name());
                  }
                });
    if (epoll) {
      // Edge triggered, Netty reads until the socket says that it is empty: one more system call
      // for every request.
      bootstrap.childOption(EpollChannelOption.EPOLL_MODE, EpollMode.LEVEL_TRIGGERED);
    }
    ChannelFuture bound = bootstrap.bind(listener.bind()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on "
              + listener.bind()
              + " for listener "
              + listener.name()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    return bound.channel();
  }

  /**
   * Stops listening, then lets the requests under way be answered, and returns when every
   * connection is closed.
   *
   * @param graceMs how long answers are waited for; then connections are cut
   */
  public void close(long graceMs) {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    try {
      connections.drain().get(graceMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      connections.closeNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connections.closeNow();
    } catch (ExecutionException e) {
      throw new IllegalStateException("draining does not fail", e);
    }
    for (EventLoopGroup group : List.of(acceptors, workers)) {
      group
          .shutdownGracefully(0, Math.max(graceMs, 1000), TimeUnit.MILLISECONDS)
          .awaitUninterruptibly();
    }
  }
}

package io.myelin.broker.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Accepts no more connections than {@code max.connections} allows, and no more per second than
 * {@code max.connection.creation.rate}: what comes too many or too early waits in the operating
 * system's backlog, as in Kafka. Confined to the one event loop that accepts for all listeners.
 *
 * <p>Each connection takes its share of a second; up to a second's worth may come at once.
 */
@ChannelHandler.Sharable
final class AcceptGate extends ChannelInboundHandlerAdapter {
  private static final long BURST_NS = TimeUnit.SECONDS.toNanos(1);

  private final Connections connections;
  private final List<Channel> listeners = new ArrayList<>();

  /** Accepted, and not closed yet. */
  private int open;

  /** When everything that was accepted would have come at an even pace; monotonic. */
  private long evenPaceNs;

  private boolean begun;

  /** Nothing is accepted before a timer has said so. */
  private boolean early;

  AcceptGate(Connections connections) {
    this.connections = connections;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    listeners.add(ctx.channel());
    connections.onLimits(() -> onLoopOf(ctx.channel(), this::openOrShut));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel listener = ctx.channel();
    open++;
    ((Channel) accepted).closeFuture().addListener(done -> onLoopOf(listener, this::closed));
    ctx.fireChannelRead(accepted);
    keepPace(listener);
    openOrShut();
    if (isFull()) {
      connections
          .log()
          .warn(
              ConnectionLog.Reason.LIMIT,
              "max.connections = " + open + " reached: clients wait until others have left",
              null);
    }
  }

  private static void onLoopOf(Channel listener, Runnable task) {
    if (!listener.eventLoop().isShuttingDown()) {
      listener.eventLoop().execute(task);
    }
  }

  private void closed() {
    open--;
    openOrShut();
  }

  private void keepPace(Channel listener) {
    int perSecondMax = connections.limits().connectionsPerSecondMax();
    if (perSecondMax == Integer.MAX_VALUE) {
      return;
    }
    long aheadNs = take(connections.clock().monotonicNs(), perSecondMax);
    if (aheadNs > 0 && !early) {
      early = true;
      listener.eventLoop().schedule(this::notEarlyAnyMore, aheadNs, TimeUnit.NANOSECONDS);
    }
  }

  private void notEarlyAnyMore() {
    early = false;
    openOrShut();
  }

  private boolean isFull() {
    return open >= connections.limits().connectionsMax();
  }

  private void openOrShut() {
    boolean accepting = !early && !isFull();
    for (Channel listener : listeners) {
      if (listener.config().isAutoRead() != accepting) {
        listener.config().setAutoRead(accepting);
      }
    }
  }

  /** Counts one connection; nanoseconds for which no other may be accepted. */
  private long take(long nowNs, int perSecondMax) {
    if (!begun || evenPaceNs - nowNs < 0) {
      begun = true;
      evenPaceNs = nowNs;
    }
    // Nothing at all would keep those out who could raise the limit again.
    evenPaceNs += TimeUnit.SECONDS.toNanos(1) / Math.max(1, perSecondMax);
    return Math.max(0, evenPaceNs - nowNs - BURST_NS);
  }
}

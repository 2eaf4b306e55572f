package io.myelin.broker.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Accepts no more connections per second than {@code max.connection.creation.rate} allows: when a
 * listener is ahead of it, connections wait in the operating system's backlog. Confined to the one
 * event loop that accepts for all listeners.
 *
 * <p>Each connection takes its share of a second; up to a second's worth may come at once.
 */
@ChannelHandler.Sharable
final class AcceptRate extends ChannelInboundHandlerAdapter {
  private static final long BURST_NS = TimeUnit.SECONDS.toNanos(1);

  private final Connections connections;

  /** When everything that was accepted would have come at an even pace; monotonic. */
  private long evenPaceNs;

  private boolean begun;

  AcceptRate(Connections connections) {
    this.connections = connections;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    ctx.fireChannelRead(accepted);
    int perSecondMax = connections.limits().connectionsPerSecondMax();
    if (perSecondMax == Integer.MAX_VALUE) {
      return;
    }
    long aheadNs = take(connections.clock().monotonicNs(), perSecondMax);
    if (aheadNs > 0) {
      pause(ctx.channel(), aheadNs);
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

  private static void pause(Channel listener, long ns) {
    listener.config().setAutoRead(false);
    listener
        .eventLoop()
        .schedule(() -> listener.config().setAutoRead(true), ns, TimeUnit.NANOSECONDS);
  }
}

package io.myelin.rpc.grpc;

import io.myelin.rpc.RpcSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which nothing came for too long, on either side. The server sends a ping
 * whenever it has sent nothing else for a while; the client answers it, so both have something to
 * receive.
 *
 * <p>Design note: gRPC's own keep-alives cannot be had more often than every ten seconds on a
 * client, and a session ends after two.
 */
final class Silence extends ChannelDuplexHandler {
  /** What gRPC's own keep-alive pings carry: others' answers are logged as unexpected. */
  private static final long PAYLOAD = 0xDEADL;

  private Silence() {}

  static void watchAsClient(Channel channel, RpcSettings settings) {
    watch(channel, settings.silenceMs(), 0);
  }

  static void watchAsServer(Channel channel, RpcSettings settings) {
    watch(channel, settings.silenceMs(), settings.keepAliveMs());
  }

  private static void watch(Channel channel, long silenceMs, long keepAliveMs) {
    channel
        .pipeline()
        .addLast(new IdleStateHandler(silenceMs, keepAliveMs, 0, TimeUnit.MILLISECONDS))
        .addLast(new Silence());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent idle) {
      if (idle.state() == IdleState.READER_IDLE) {
        context.close();
      } else {
        ping(context);
      }
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private static void ping(ChannelHandlerContext context) {
    ChannelHandlerContext http2 = context.pipeline().context(Http2ConnectionHandler.class);
    if (http2 != null) {
      Http2ConnectionHandler handler = (Http2ConnectionHandler) http2.handler();
      handler.encoder().writePing(http2, false, PAYLOAD, http2.newPromise());
      http2.flush();
    }
  }
}

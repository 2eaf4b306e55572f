package io.myelin.rpc.grpc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** Epoll where there is one, else NIO. Stateless. */
final class Sockets {
  private static final boolean EPOLL = Epoll.isAvailable();

  private Sockets() {}

  static EventLoopGroup eventLoops(int count) {
    ThreadFactory threads = new DefaultThreadFactory("rpc-io", true);
    return EPOLL ? new EpollEventLoopGroup(count, threads) : new NioEventLoopGroup(count, threads);
  }

  static Channel client() {
    return EPOLL ? new EpollSocketChannel() : new NioSocketChannel();
  }

  static ServerChannel server() {
    return EPOLL ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }
}

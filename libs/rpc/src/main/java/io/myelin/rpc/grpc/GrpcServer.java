package io.myelin.rpc.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcHandlers.Handler;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A gRPC server. Thread-safe. */
final class GrpcServer implements RpcServer {
  private final Map<String, Handler<?, ?>> handlers;
  private final RpcSettings settings;
  private final EventLoopGroup eventLoops;
  private final Server server;
  private final Set<ServerStream<?, ?>> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  GrpcServer(
      Address bind,
      RpcHandlers handlers,
      RpcSettings settings,
      Security security,
      EventLoopGroup eventLoops,
      ByteBufAllocator allocator)
      throws IOException {
    this.handlers = handlers.byMethod();
    this.settings = settings;
    this.eventLoops = eventLoops;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(bind.host(), bind.port()))
            .bossEventLoopGroup(eventLoops)
            .workerEventLoopGroup(eventLoops)
            .channelFactory(this::socket)
            .withChildOption(ChannelOption.TCP_NODELAY, true)
            .withChildOption(ChannelOption.ALLOCATOR, allocator)
            .directExecutor()
            .callExecutor(executors())
            .flowControlWindow(settings.windowBytes())
            .maxInboundMessageSize(settings.sentBytesMax(true))
            .maxConcurrentCallsPerConnection(settings.streamsMax())
            .addStreamTracerFactory(CallFate.factory());
    switch (security) {
      case Security.Plaintext() -> {
        // What the builder does unless it is told otherwise.
      }
    }
    services().values().forEach(service -> builder.addService(service.build()));
    server = builder.build().start();
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public synchronized void close() {
    if (closing) {
      return;
    }
    closing = true;
    server.shutdown();
    streams.forEach(GrpcServer::end);
    eventLoops.next().schedule(server::shutdownNow, settings.closeMs(), TimeUnit.MILLISECONDS);
  }

  /** Blocks for a little longer than {@link RpcSettings#closeMs} at most. */
  void awaitEnd() {
    try {
      server.awaitTermination(2 * settings.closeMs(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Whoever closes just does not wait.
      Thread.currentThread().interrupt();
    }
  }

  private ServerChannel socket() {
    ServerChannel socket = Sockets.server();
    socket
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object accepted) {
                Silence.watchAsServer((Channel) accepted, settings);
                context.fireChannelRead(accepted);
              }
            });
    return socket;
  }

  /** Calls run, and messages are read, where their handlers want it. */
  private ServerCallExecutorSupplier executors() {
    return new ServerCallExecutorSupplier() {
      @Override
      public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return handlers.get(call.getMethodDescriptor().getFullMethodName()).executor();
      }
    };
  }

  private Map<String, ServerServiceDefinition.Builder> services() {
    Map<String, ServerServiceDefinition.Builder> services = new HashMap<>();
    for (Handler<?, ?> handler : handlers.values()) {
      MethodDescriptor<?, ?> method = handler.method();
      services
          .computeIfAbsent(method.getServiceName(), ServerServiceDefinition::builder)
          .addMethod(
              ServerMethodDefinition.create(
                  RawMarshaller.raw(method), (call, headers) -> start(handler, call)));
    }
    return services;
  }

  private <In, Out> ServerCall.Listener<InputStream> start(
      Handler<In, Out> handler, ServerCall<InputStream, InputStream> call) {
    call.setOnReadyThreshold(settings.readyBytes());
    ServerStream<In, Out> stream =
        new ServerStream<>(
            call,
            handler.method(),
            settings,
            handler.receiver().get(),
            CallFate.current(),
            streams::remove);
    streams.add(stream);
    stream.open();
    if (closing) {
      end(stream);
    }
    return stream.listener();
  }

  private static void end(ServerStream<?, ?> stream) {
    stream.end(new Ending(Ending.Kind.CLOSING, "The server stops"));
  }
}

package io.myelin.rpc.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Calls to one server over one HTTP/2 connection. Thread-safe. */
final class GrpcClient implements RpcClient {
  private final Address server;
  private final RpcSettings settings;
  private final Security security;
  private final EventLoopGroup eventLoops;
  private final ByteBufAllocator allocator;
  private final Consumer<GrpcClient> onClose;
  private final Set<ClientStream<?, ?>> streams = ConcurrentHashMap.newKeySet();

  /** Guarded by this, like the one below. */
  private ManagedChannel channel;

  private boolean closed;

  GrpcClient(
      Address server,
      RpcSettings settings,
      Security security,
      EventLoopGroup eventLoops,
      ByteBufAllocator allocator,
      Consumer<GrpcClient> onClose) {
    this.server = server;
    this.settings = settings;
    this.security = security;
    this.eventLoops = eventLoops;
    this.allocator = allocator;
    this.onClose = onClose;
  }

  @Override
  public <Out, In> RpcStream<Out> open(
      MethodDescriptor<Out, In> method,
      long deadlineMs,
      Executor executor,
      RpcReceiver<In, Out> receiver) {
    ManagedChannel to = channel();
    if (to == null) {
      return refuse(executor, receiver, Ending.cancelled("The client is closed"));
    }
    // Calls that begin at the same moment may pass together: the server counts too.
    if (streams.size() >= settings.streamsMax()) {
      return refuse(
          executor,
          receiver,
          new Ending(Ending.Kind.OVERLOADED, settings.streamsMax() + " calls are open"));
    }
    CallOptions options =
        CallOptions.DEFAULT.withExecutor(executor).withOnReadyThreshold(settings.readyBytes());
    if (deadlineMs != NO_DEADLINE_MS) {
      options = options.withDeadlineAfter(deadlineMs, TimeUnit.MILLISECONDS);
    }
    ClientCall<InputStream, InputStream> call = to.newCall(RawMarshaller.raw(method), options);
    ClientStream<Out, In> stream =
        new ClientStream<>(call, method, settings, receiver, streams::remove);
    streams.add(stream);
    call.start(stream.listener(), new Metadata());
    return stream;
  }

  @Override
  public void close() {
    ManagedChannel last;
    synchronized (this) {
      closed = true;
      last = channel;
      channel = null;
    }
    if (last != null) {
      streams.forEach(stream -> stream.cancel("The client is closed"));
      last.shutdownNow();
    }
    onClose.accept(this);
  }

  /**
   * One whose last dial did not fail: gRPC would answer from memory for a while, and "refused" is
   * to mean that nobody listens now.
   */
  private synchronized ManagedChannel channel() {
    if (closed) {
      return null;
    }
    if (channel != null && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.shutdown();
      channel = null;
    }
    if (channel == null) {
      channel = build();
    }
    return channel;
  }

  private ManagedChannel build() {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(server.host(), server.port())
            .eventLoopGroup(eventLoops)
            .channelFactory(this::socket)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.dialMs()))
            .withOption(ChannelOption.TCP_NODELAY, true)
            .withOption(ChannelOption.ALLOCATOR, allocator)
            .directExecutor()
            .disableRetry()
            .flowControlWindow(settings.windowBytes())
            .maxInboundMessageSize(settings.sentBytesMax(false));
    switch (security) {
      case Security.Plaintext() -> builder.usePlaintext();
    }
    return builder.build();
  }

  private Channel socket() {
    Channel socket = Sockets.client();
    Silence.watchAsClient(socket, settings);
    return socket;
  }

  private static <Out, In> RpcStream<Out> refuse(
      Executor executor, RpcReceiver<In, Out> receiver, Ending ending) {
    executor.execute(() -> receiver.ended(ending));
    return new EndedStream<>();
  }
}

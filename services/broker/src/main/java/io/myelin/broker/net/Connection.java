package io.myelin.broker.net;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.Apis;
import io.myelin.broker.api.RequestContext;
import io.myelin.protocol.BadRequestException;
import io.myelin.protocol.DecodedRequest;
import io.myelin.protocol.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * One client's connection: takes frames from the {@link FrameReader}, dispatches them in order, and
 * sends the answers in the same order. See {@link ConnectionState} for its life and {@link
 * io.myelin.broker.net the package} for the rules that hold it back. Confined to its event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Watchdog.Verdicts {
  /**
   * A client that closes leaves bytes behind, which epoll's transport reads to the end, wanted or
   * not. Those of an orderly one are a few requests; others must not fill the memory.
   */
  private static final int BYTES_AFTER_END_MAX = 1024 * 1024;

  private final Channel channel;
  private final String listener;
  private final long id;
  private final Connections owner;
  private final NetworkConfig config;
  private final RequestDecoder decoder;
  private final FrameReader reader;
  private final AnswerQueue answers;
  private final Watchdog watchdog;
  private final Runnable flush = this::flush;

  private ConnectionState state = new ConnectionState.Serving();
  private boolean taking;
  private boolean reading;
  private boolean flushDue;

  /** The client has closed its side; what it has sent before is still served. */
  private boolean inputEnded;

  /**
   * The client has sent something since the watchdog looked; with {@link #heardAtNs} written on the
   * event loop, read by whoever looks for quiet connections.
   */
  private volatile boolean heard;

  private volatile long heardAtNs;

  private InetSocketAddress client;

  Connection(Channel channel, String listener, long id, Connections owner) {
    this.channel = channel;
    this.listener = listener;
    this.id = id;
    this.owner = owner;
    this.config = owner.config();
    this.decoder = new RequestDecoder(owner.apis());
    this.reader =
        new FrameReader(
            channel.alloc(),
            owner.budget(),
            config.requestBytesMax(),
            channel.eventLoop(),
            this::takeFrames);
    this.answers = new AnswerQueue(this, channel, owner);
    this.watchdog = new Watchdog(channel.eventLoop(), reader, config, this);
  }

  FrameReader reader() {
    return reader;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (channel.isActive()) {
      opened();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    opened();
  }

  private void opened() {
    if (client == null) {
      client =
          channel.remoteAddress() instanceof InetSocketAddress address
              ? address
              : InetSocketAddress.createUnresolved(String.valueOf(channel.remoteAddress()), 0);
      watchdog.start();
      heardAtNs = owner.clock().monotonicNs();
      owner.opened(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reading = true;
    watchdog.moved();
    if (!heard) {
      heard = true; // once for all that comes until the watchdog looks: no clock, no shared write
    }
    ByteBuf bytes = (ByteBuf) message;
    if (state instanceof ConnectionState.Serving) {
      reader.received(bytes);
      if (reader.unwantedBytes() > BYTES_AFTER_END_MAX) {
        close();
      } else {
        takeFrames();
      }
    } else {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (flushDue) {
      flush();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (state instanceof ConnectionState.Serving) {
        takeFrames();
      } else {
        close();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    takeFrames();
  }

  /** Dispatches whatever is complete, as far as the rules allow. */
  void takeFrames() {
    if (taking) {
      return;
    }
    taking = true;
    try {
      while (state instanceof ConnectionState.Serving && mayDispatch()) {
        Frame frame = reader.next();
        if (frame == null) {
          break;
        }
        dispatch(frame);
      }
    } catch (FrameRejected e) {
      refuse(ConnectionLog.Reason.BAD_FRAME, e.getMessage());
    } finally {
      taking = false;
    }
    if (!(state instanceof ConnectionState.Serving)) {
      return;
    }
    if (inputEnded && reader.wantsBytes()) {
      // Everything that the client asked for is under way, and it is not there to hear answers.
      close();
      return;
    }
    if (reader.waitsForMemory() || reader.withinFrame()) {
      watchdog.watchFrame();
    }
    setAutoRead(reader.wantsBytes());
  }

  /**
   * When the client last sent something, as far as is known: up to a quarter of
   * connections.max.idle.ms, or of its default, too late; monotonic. Any thread.
   */
  long heardAtNs() {
    return heard ? owner.clock().monotonicNs() : heardAtNs;
  }

  private boolean mayDispatch() {
    return channel.isWritable() && answers.hasRoom();
  }

  private void setAutoRead(boolean on) {
    if (channel.config().isAutoRead() != on) {
      channel.config().setAutoRead(on);
    }
  }

  private void dispatch(Frame frame) {
    DecodedRequest request;
    try {
      request = decoder.decode(frame.bytes());
    } catch (BadRequestException e) {
      frame.release();
      refuse(ConnectionLog.Reason.BAD_REQUEST, e.getMessage());
      return;
    } catch (Error e) {
      frame.release(); // nobody else knows of it yet
      throw e;
    }
    RequestHeader header = request.header();
    owner.observer().requestReceived(header.apiKey(), header.apiVersion(), frame.length());
    ApiHandler<?, ?> handler = owner.apis().handler(header.apiKey());
    Frame kept = frame;
    if (!handler.keepsFrame()) {
      frame.release();
      kept = null;
    }
    Exchange exchange =
        answers.add(request, handler.ordering() == ApiHandler.Ordering.EXCLUSIVE, kept);
    var stage = Apis.dispatch(handler, context(header), request.body().data());
    answers.dispatched(exchange);
    stage.whenComplete(new Settlement(exchange));
  }

  /** What a handler has answered, on its way to the event loop. */
  private final class Settlement implements BiConsumer<ApiMessage, Throwable>, Runnable {
    private final Exchange exchange;
    private ApiMessage response;
    private Throwable error;

    Settlement(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void accept(ApiMessage response, Throwable error) {
      this.response = response;
      this.error = error;
      if (channel.eventLoop().inEventLoop()) {
        run();
      } else {
        channel.eventLoop().execute(this);
      }
    }

    @Override
    public void run() {
      answers.settle(exchange, response, error);
    }
  }

  private RequestContext context(RequestHeader header) {
    return new RequestContext(
        RequestContext.ANONYMOUS,
        RequestContext.DEFAULT_TENANT,
        header.clientId(),
        listener,
        client,
        id,
        header.correlationId(),
        header.apiVersion(),
        channel.eventLoop());
  }

  /** What has arrived is not a request: what came before is answered, then the connection ends. */
  private void refuse(ConnectionLog.Reason reason, String what) {
    warn(reason, "Closing " + this + ": received " + what, null);
    stopReading();
    answers.addHangup();
  }

  void warn(ConnectionLog.Reason reason, String message, Throwable cause) {
    owner.log().warn(reason, message, cause);
  }

  /** Answers what is under way, then closes. Any thread. */
  void drainFromAnywhere() {
    channel.eventLoop().execute(this::drain);
  }

  private void drain() {
    if (state instanceof ConnectionState.Serving) {
      stopReading();
      answers.addHangup();
    }
  }

  private void stopReading() {
    state = new ConnectionState.Draining();
    reader.close();
    setAutoRead(false);
  }

  /** The answer queue has written something: it leaves with everything else of this turn. */
  void requestFlush() {
    if (!flushDue) {
      flushDue = true;
      if (!reading) {
        channel.eventLoop().execute(flush);
      }
    }
  }

  private void flush() {
    flushDue = false;
    channel.flush();
  }

  void sent() {
    watchdog.moved();
    takeFrames();
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    closed();
  }

  private void closed() {
    if (!(state instanceof ConnectionState.Closed)) {
      state = new ConnectionState.Closed();
      watchdog.stop();
      reader.close();
      answers.close();
      owner.closed(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      owner.log().debug(this + " ended: " + cause);
    } else {
      warn(ConnectionLog.Reason.INTERNAL, "Closing " + this + ": unexpected error", cause);
    }
    close();
  }

  @Override
  public void looked() {
    if (heard) {
      heardAtNs = owner.clock().monotonicNs();
      heard = false;
    }
  }

  @Override
  public void idle() {
    owner.log().debug("Closing " + this + ": idle for connections.max.idle.ms");
    close();
  }

  @Override
  public void frameTooSlow(int frameBytes) {
    warn(
        ConnectionLog.Reason.SLOW_FRAME,
        "Closing " + this + ": a frame of " + frameBytes + " bytes arrives too slowly",
        null);
    close();
  }

  @Override
  public void noMemory(int frameBytes) {
    warn(
        ConnectionLog.Reason.NO_MEMORY,
        "Closing "
            + this
            + ": no memory for a frame of "
            + frameBytes
            + " bytes within "
            + config.requestMemoryWaitMsMax()
            + " ms",
        null);
    close();
  }

  String listener() {
    return listener;
  }

  InetSocketAddress client() {
    return client;
  }

  @Override
  public String toString() {
    return "connection " + id + " of " + client + " on " + listener;
  }
}

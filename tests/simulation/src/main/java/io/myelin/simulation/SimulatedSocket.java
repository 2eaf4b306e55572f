package io.myelin.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;

/**
 * The broker's end of a connection: reads and writes as Netty's own transports do, with a bounded
 * send buffer. Belongs to its event loop, but for {@link #arrive}, {@link #endOfInput} and {@link
 * #taken}, which the network calls.
 */
public final class SimulatedSocket extends AbstractChannel {
  /** What leaves the socket towards the client. */
  public interface Wire {
    void sent(byte[] bytes);

    void closed();
  }

  // Smaller than many answers: writes are partial now and then.
  private static final int SEND_BUFFER_BYTES = 64 * 1024;
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final InetSocketAddress client;
  private final Wire wire;
  private final ChannelConfig config;
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private int arrivedRead;
  private boolean open = true;
  private boolean readWanted;
  private boolean inputEnded;
  private boolean endTold;
  private int sendBuffered;
  private boolean blocked;

  public SimulatedSocket(InetSocketAddress client, ByteBufAllocator allocator, Wire wire) {
    super(null);
    this.client = client;
    this.wire = wire;
    this.config =
        new DefaultChannelConfig(this) {
          @Override
          protected void autoReadCleared() {
            readWanted = false;
          }
        };
    config.setAllocator(allocator);
  }

  /** Bytes have come from the client. */
  void arrive(byte[] bytes) {
    arrived.add(bytes);
    eventLoop().execute(this::readTurn);
  }

  /** The client has closed its side. */
  void endOfInput() {
    inputEnded = true;
    eventLoop().execute(this::readTurn);
  }

  /** The client has received so many bytes: there is room for others. */
  void taken(int bytes) {
    sendBuffered -= bytes;
    if (blocked) {
      blocked = false;
      eventLoop().execute(((SocketUnsafe) unsafe())::goOn);
    }
  }

  private void readTurn() {
    if (!open || !readWanted) {
      return;
    }
    if (arrived.isEmpty()) {
      if (inputEnded && !endTold) {
        endTold = true;
        pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      }
      return;
    }
    readWanted = false;
    RecvByteBufAllocator.Handle handle = unsafe().recvBufAllocHandle();
    handle.reset(config);
    do {
      ByteBuf buffer = handle.allocate(config.getAllocator());
      handle.attemptedBytesRead(buffer.writableBytes());
      int count = fill(buffer);
      handle.lastBytesRead(count);
      if (count == 0) {
        buffer.release();
        break;
      }
      handle.incMessagesRead(1);
      pipeline().fireChannelRead(buffer);
    } while (handle.continueReading());
    handle.readComplete();
    pipeline().fireChannelReadComplete();
  }

  private int fill(ByteBuf buffer) {
    int count = 0;
    while (buffer.isWritable() && !arrived.isEmpty()) {
      byte[] head = arrived.peek();
      int part = Math.min(buffer.writableBytes(), head.length - arrivedRead);
      buffer.writeBytes(head, arrivedRead, part);
      arrivedRead += part;
      count += part;
      if (arrivedRead == head.length) {
        arrived.poll();
        arrivedRead = 0;
      }
    }
    return count;
  }

  @Override
  protected void doBeginRead() {
    readWanted = true;
    if (!arrived.isEmpty() || inputEnded) {
      eventLoop().execute(this::readTurn);
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    for (Object message = in.current(); message != null; message = in.current()) {
      ByteBuf buffer = (ByteBuf) message;
      int count = Math.min(SEND_BUFFER_BYTES - sendBuffered, buffer.readableBytes());
      if (count == 0 && buffer.isReadable()) {
        blocked = true;
        return;
      }
      byte[] bytes = new byte[count];
      buffer.readBytes(bytes);
      sendBuffered += count;
      if (count > 0) {
        wire.sent(bytes);
      }
      in.progress(count);
      if (!buffer.isReadable()) {
        in.remove();
      }
    }
  }

  @Override
  protected void doClose() {
    if (open) {
      open = false;
      wire.closed();
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new SocketUnsafe();
  }

  private final class SocketUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    void goOn() {
      flush0();
    }

    @Override
    protected void flush0() {
      if (!blocked) {
        super.flush0();
      }
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return InetSocketAddress.createUnresolved("broker", 9092);
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return client;
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }
}

package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A client on an embedded channel: everything happens in the calling thread. */
final class TestingClient {
  /** Stands still. */
  static final Clock CLOCK =
      new Clock() {
        @Override
        public long wallMs() {
          return 0;
        }

        @Override
        public long monotonicNs() {
          return 0;
        }
      };

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final Socket socket = new Socket();
  final EmbeddedChannel channel = new EmbeddedChannel(socket);

  TestingClient(Connections connections) {
    channel.freezeTime();
    channel.config().setAllocator(allocator);
    connections.attach(channel, "PLAINTEXT");
  }

  static byte[] frame(AbstractRequest request, int correlationId) {
    return frame(
        request, new RequestHeader(request.apiKey(), request.version(), "me", correlationId));
  }

  static byte[] frame(AbstractRequest request, RequestHeader header) {
    ByteBuffer body = request.serializeWithHeader(header);
    return ByteBuffer.allocate(4 + body.remaining()).putInt(body.remaining()).put(body).array();
  }

  /** A frame of {@code length} bytes, of which those behind the request mean nothing. */
  static byte[] padded(AbstractRequest request, int correlationId, int length) {
    byte[] frame = frame(request, correlationId);
    return ByteBuffer.allocate(4 + length).put(frame).putInt(0, length).array();
  }

  static byte[] serialize(ApiMessage message, short version) {
    ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  void send(byte[] bytes) {
    if (channel.isActive()) {
      channel.writeInbound(allocator.directBuffer(bytes.length).writeBytes(bytes));
      channel.runPendingTasks();
    }
  }

  void send(AbstractRequest request, int correlationId) {
    send(frame(request, correlationId));
  }

  /** Everything that has left since the last call. */
  byte[] received() {
    channel.runPendingTasks();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      try {
        if (part instanceof ByteBuf buffer) {
          buffer.readBytes(all, buffer.readableBytes());
          buffer.release();
        } else if (part instanceof FileRegion region) {
          long done = 0;
          while (done < region.count()) {
            done += region.transferTo(Channels.newChannel(all), done);
          }
          region.release();
        } else {
          throw new AssertionError("left the channel: " + part);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all.toByteArray();
  }

  /** From now on nothing leaves the channel's outbound buffer. */
  void stopReading() {
    socket.full = true;
  }

  void resumeReading() {
    socket.full = false;
    channel.pipeline().context(socket).flush();
    channel.runPendingTasks();
  }

  void passSeconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  int flushes() {
    return socket.flushes;
  }

  void assertClosesWithoutLeaks() {
    channel.close();
    channel.runPendingTasks();
    channel.releaseOutbound();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    channel.checkException();
  }

  /** What stands between the connection and the network: may be full. */
  private static final class Socket extends ChannelOutboundHandlerAdapter {
    private boolean full;
    private int flushes;

    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes++;
      if (!full) {
        ctx.flush();
      }
    }
  }

  /** Reads one response off {@code from}. */
  static AbstractResponse response(ByteBuffer from, ApiKeys key, short version, int correlationId) {
    int length = from.getInt();
    ByteBuffer one = from.slice(from.position(), length);
    from.position(from.position() + length);
    return AbstractResponse.parseResponse(
        one, new RequestHeader(key, version, "me", correlationId));
  }
}

package io.myelin.broker.net;

import io.myelin.env.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.apache.kafka.common.protocol.ApiKeys;
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

  final EmbeddedChannel channel = new EmbeddedChannel();

  TestingClient(Connections connections) {
    channel.freezeTime();
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

  void send(byte[] bytes) {
    if (channel.isActive()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes));
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

  /** Reads one response off {@code from}. */
  static AbstractResponse response(ByteBuffer from, ApiKeys key, short version, int correlationId) {
    int length = from.getInt();
    ByteBuffer one = from.slice(from.position(), length);
    from.position(from.position() + length);
    return AbstractResponse.parseResponse(
        one, new RequestHeader(key, version, "me", correlationId));
  }
}

package io.myelin.broker.net;

import io.myelin.broker.api.FileSlices;
import io.myelin.log.FileSlice;
import io.myelin.protocol.ResponseEncoder;
import io.myelin.protocol.ResponseParts;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;

/**
 * Hands responses to the channel, without flushing. Confined to the event loop.
 *
 * <p>Owns what it is given: file slices are released when their bytes have left, when the channel
 * fails, or at once if the response cannot be encoded.
 */
final class ResponseWriter {
  private final Channel channel;

  ResponseWriter(Channel channel) {
    this.channel = channel;
  }

  /**
   * Writes all of a response or nothing of it.
   *
   * @param sent told when the last byte has left, or has failed to
   * @return bytes on the wire
   */
  int write(
      ApiKeys key,
      short version,
      int correlationId,
      ApiMessage response,
      ChannelFutureListener sent) {
    Parts parts = new Parts();
    int bytes;
    try {
      bytes = ResponseEncoder.encode(channel.alloc(), key, version, correlationId, response, parts);
    } catch (RuntimeException e) {
      parts.outgoing.forEach(ReferenceCountUtil::release);
      FileSlices.releaseAll(response);
      throw e;
    }
    int last = parts.outgoing.size() - 1;
    for (int i = 0; i < last; i++) {
      channel.write(parts.outgoing.get(i), channel.voidPromise());
    }
    channel.write(parts.outgoing.get(last)).addListener(sent);
    return bytes;
  }

  private final class Parts implements ResponseParts {
    private final List<Object> outgoing = new ArrayList<>(3);

    @Override
    public void bytes(ByteBuf part) {
      outgoing.add(part);
    }

    @Override
    public void records(BaseRecords records) {
      if (!(records instanceof FileSlices slices)) {
        throw new IllegalArgumentException("records of " + records.getClass());
      }
      Optional<FileChannel> file = slices.slice().file().channel();
      outgoing.add(file.isPresent() ? new SliceRegion(file.get(), slices) : copy(slices));
    }

    /** For disks without channels, which are the simulated ones: these do not block. */
    private ByteBuf copy(FileSlices slices) {
      FileSlice slice = slices.slice();
      ByteBuf copy = channel.alloc().directBuffer(slice.length());
      try {
        ByteBuffer target = copy.nioBuffer(0, slice.length());
        if (slice.file().read(target, slice.position()) < slice.length()) {
          throw new EOFException("segment ends within a slice at " + slice.position());
        }
        copy.writerIndex(slice.length());
        slices.release();
        return copy;
      } catch (IOException e) {
        copy.release();
        throw new UncheckedIOException(e);
      }
    }
  }
}

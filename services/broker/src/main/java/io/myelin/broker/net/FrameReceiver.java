package io.myelin.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Lets the transport read straight into the {@link FrameReader}'s buffers. One per connection,
 * confined to its event loop.
 */
final class FrameReceiver implements RecvByteBufAllocator {
  /** Then other connections of the event loop get their turn. */
  private static final int BYTES_PER_TURN_MAX = 1024 * 1024;

  private final FrameReader reader;

  FrameReceiver(FrameReader reader) {
    this.reader = reader;
  }

  @SuppressWarnings("deprecation") // the interface's own return type
  @Override
  public Handle newHandle() {
    return new ReceiveHandle();
  }

  private final class ReceiveHandle implements ExtendedHandle {
    private ChannelConfig config;
    private int attemptedBytes;
    private int lastBytes;
    private int turnBytes;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return reader.bufferForRead();
    }

    @Override
    public int guess() {
      return attemptedBytes;
    }

    @Override
    public void reset(ChannelConfig channelConfig) {
      config = channelConfig;
      turnBytes = 0;
    }

    @Override
    public void incMessagesRead(int count) {}

    @Override
    public void lastBytesRead(int bytes) {
      lastBytes = bytes;
      turnBytes += Math.max(bytes, 0);
    }

    @Override
    public int lastBytesRead() {
      return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
      return continueReading(() -> lastBytes == attemptedBytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier moreMayBeThere) {
      return config.isAutoRead()
          && lastBytes > 0
          && turnBytes < BYTES_PER_TURN_MAX
          && moreMayBeThere.get();
    }

    @Override
    public void readComplete() {}
  }
}

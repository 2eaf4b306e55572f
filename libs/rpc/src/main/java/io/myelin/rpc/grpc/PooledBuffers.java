package io.myelin.rpc.grpc;

import io.myelin.rpc.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Buffers outside the heap from a pool of their own, so that a disk or socket takes them as they
 * are: those of messages, and those that the transport itself reads and writes with. Thread-safe.
 */
public final class PooledBuffers implements Buffers {
  /** 8 KiB, Netty's own. */
  private static final int PAGE_BYTES = 8 << 10;

  /** Chunks of 4 MiB: several messages each, and little lost when few are used. */
  private static final int MAX_ORDER = 9;

  private final PooledByteBufAllocator pool;

  /** One arena: an allocation holds its lock for less than a microsecond. */
  public PooledBuffers() {
    pool = new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, MAX_ORDER, 0, 0, false);
    // A chunk that is empty is given back to the system: the first one never is, so that a message
    // at a time does not map and unmap megabytes.
    pool.directBuffer(PAGE_BYTES);
  }

  /**
   * For the transport's channels. Netty's default may have chunks as small as a message, so that
   * each one would be mapped, zeroed and unmapped again.
   */
  ByteBufAllocator allocator() {
    return pool;
  }

  @Override
  public Lease allocate(int bytes) {
    ByteBuf buffer = pool.directBuffer(bytes, bytes);
    ByteBuffer view = buffer.internalNioBuffer(0, bytes).slice();
    return new Lease() {
      @Override
      public ByteBuffer buffer() {
        return view;
      }

      @Override
      public void release() {
        buffer.release();
      }
    };
  }
}

package io.myelin.rpc.grpc;

import io.myelin.rpc.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Buffers outside the heap from a pool of their own, so that a disk or socket takes them as they
 * are. Thread-safe.
 */
public final class PooledBuffers implements Buffers {
  /** 8 KiB, Netty's own. */
  private static final int PAGE_BYTES = 8 << 10;

  /** Chunks of 4 MiB: several messages each, and little lost when few are used. */
  private static final int MAX_ORDER = 9;

  private final PooledByteBufAllocator pool;

  /**
   * @param arenas how many threads may allocate without waiting for each other
   */
  public PooledBuffers(int arenas) {
    pool = new PooledByteBufAllocator(true, 0, arenas, PAGE_BYTES, MAX_ORDER, 0, 0, false);
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

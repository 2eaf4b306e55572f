package io.myelin.rpc.replication;

import io.myelin.rpc.Buffers.Lease;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whole record batches in a buffer.
 *
 * <p>Guarantee: the bytes stay as they are until {@link #release}. Sent ones are borrowed from the
 * sender until {@code send} returns, and releasing them does nothing. Received ones belong to the
 * receiver, who releases each exactly once, on any thread; those of one message share a buffer that
 * is free again when the last of them is released.
 */
public final class RecordBytes {
  private final ByteBuffer bytes;
  private final Shared owner;

  private RecordBytes(ByteBuffer bytes, Shared owner) {
    this.bytes = bytes;
    this.owner = owner;
  }

  /** The remaining bytes, which stay the caller's. */
  public static RecordBytes borrowed(ByteBuffer bytes) {
    return new RecordBytes(bytes.slice(), null);
  }

  /** The bytes, from position 0 to the limit; a new view each time, its order big-endian. */
  public ByteBuffer view() {
    return bytes.duplicate();
  }

  public int size() {
    return bytes.remaining();
  }

  public void release() {
    if (owner != null) {
      owner.releaseOne();
    }
  }

  /** A buffer in which several partitions' bytes lie. */
  static final class Shared {
    private final Lease lease;
    private final AtomicInteger users = new AtomicInteger(1);

    /** Whoever makes it is a user itself, until {@link #releaseOne}. */
    Shared(Lease lease) {
      this.lease = lease;
    }

    RecordBytes slice(int position, int length) {
      users.incrementAndGet();
      return new RecordBytes(lease.buffer().slice(position, length), this);
    }

    void releaseOne() {
      int left = users.decrementAndGet();
      if (left < 0) {
        throw new IllegalStateException("Record bytes were released more often than received");
      }
      if (left == 0) {
        lease.release();
      }
    }
  }
}

package io.myelin.broker.replica;

import io.myelin.log.FileSlice;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What was read last of a shard's logs: a partition's followers mostly want the same, one after the
 * other. Confined to the shard.
 */
final class SharedRead {
  /** 2 MiB, twice what a batch has by default: larger ones are read for each, and not kept. */
  private static final int KEPT_BYTES_MAX = 2 << 20;

  private final ByteBuffer buffer = ByteBuffer.allocate(FollowerPush.BYTES_MAX);
  private ReplicaLeader leader;
  private long from;
  private ByteBuffer batches;

  /**
   * The batches of {@code of} from that offset on, as far as they were read; null: they were not.
   */
  ByteBuffer get(ReplicaLeader of, long offset) {
    return leader == of && from == offset ? batches.duplicate() : null;
  }

  /** Good until something else is read. */
  ByteBuffer read(ReplicaLeader of, long offset, FileSlice slice) throws IOException {
    leader = null;
    batches = null;
    if (slice.length() > KEPT_BYTES_MAX) {
      return fill(ByteBuffer.allocate(slice.length()), slice);
    }
    // A single batch may be larger than what is mostly asked for.
    ByteBuffer into =
        slice.length() <= buffer.capacity() ? buffer.clear() : ByteBuffer.allocate(slice.length());
    batches = fill(into.limit(slice.length()), slice);
    from = offset;
    leader = of;
    return batches.duplicate();
  }

  /** Releases the slice. */
  static ByteBuffer fill(ByteBuffer bytes, FileSlice slice) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        if (slice.file().read(bytes, slice.position() + bytes.position()) < 0) {
          throw new EOFException("a log file is shorter than its log");
        }
      }
      return bytes.flip();
    } finally {
      slice.release();
    }
  }
}

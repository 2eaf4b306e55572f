package io.myelin.log.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches from a leader, one after the other as they stand in its log, checked as far as a follower
 * has to: whole, undamaged, in ascending order. What is in them the leader has judged. The bytes
 * stay the caller's. Immutable.
 *
 * @param list at least one; offsets and epochs stand in the bytes
 */
public record ReplicatedBatches(List<ValidBatch> list) {

  /**
   * Checks {@code bytes}, position to limit; neither moves. Reads all of them for the checksums, so
   * not for a shard.
   *
   * @throws InvalidBatchException if they are not what a log holds: then the leader, or the way
   *     here, is not to be trusted
   */
  public static ReplicatedBatches read(ByteBuffer bytes) {
    List<ValidBatch> batches = new ArrayList<>();
    long next = 0;
    int at = bytes.position();
    while (at < bytes.limit()) {
      int size = checkedSize(bytes, at);
      long base = BatchLayout.baseOffset(bytes, at);
      if (base < next) {
        throw new InvalidBatchException(
            "A batch at offset %d follows what ends at %d".formatted(base, next));
      }
      batches.add(batch(bytes, at, size));
      next = BatchLayout.lastOffset(bytes, at) + 1;
      at += size;
    }
    if (batches.isEmpty()) {
      throw new InvalidBatchException("No batch at all");
    }
    return new ReplicatedBatches(List.copyOf(batches));
  }

  private static int checkedSize(ByteBuffer bytes, int at) {
    int left = bytes.limit() - at;
    int size = left < BatchLayout.HEADER_BYTES ? -1 : BatchLayout.sizeInBytes(bytes, at);
    if (size < BatchLayout.HEADER_BYTES || size > left) {
      throw new InvalidBatchException(
          "A batch of %d bytes where %d are left".formatted(size, left));
    }
    if (BatchLayout.magic(bytes, at) != BatchLayout.CURRENT_MAGIC
        || BatchLayout.lastOffsetDelta(bytes, at) < 0
        || BatchLayout.crc(bytes, at) != BatchBuilder.computeCrc(bytes, at, size)) {
      throw new InvalidBatchException(
          "The batch at offset %d is damaged".formatted(BatchLayout.baseOffset(bytes, at)));
    }
    return size;
  }

  private static ValidBatch batch(ByteBuffer bytes, int at, int size) {
    return new ValidBatch(
        bytes.duplicate().limit(at + size).position(at),
        BatchLayout.recordCount(bytes, at),
        BatchLayout.lastOffsetDelta(bytes, at),
        BatchLayout.maxTimestamp(bytes, at),
        BatchLayout.lastOffsetDelta(bytes, at),
        BatchLayout.producerId(bytes, at),
        BatchLayout.producerEpoch(bytes, at),
        BatchLayout.baseSequence(bytes, at),
        BatchLayout.attributes(bytes, at));
  }

  /** Of the first record that the first batch can hold. */
  public long baseOffset() {
    ByteBuffer first = list.getFirst().buffer();
    return BatchLayout.baseOffset(first, first.position());
  }

  /** Behind the last record. */
  public long endOffset() {
    ByteBuffer last = list.getLast().buffer();
    return BatchLayout.lastOffset(last, last.position()) + 1;
  }
}

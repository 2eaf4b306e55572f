package io.myelin.log.clean;

import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.InvalidBatchException;
import java.nio.ByteBuffer;

/** Finding batches in chunks. */
final class Batches {
  private Batches() {}

  /**
   * Size of the batch at the chunk's position, 0 if it is not there as a whole.
   *
   * @throws InvalidBatchException if it cannot be a batch
   */
  static int wholeBatchAt(ByteBuffer chunk) {
    if (chunk.remaining() < BatchLayout.PREFIX_BYTES) {
      return 0;
    }
    int size = BatchLayout.sizeInBytes(chunk, chunk.position());
    if (size < BatchLayout.HEADER_BYTES) {
      throw new InvalidBatchException("A batch of " + size + " bytes in the log");
    }
    return size <= chunk.remaining() ? size : 0;
  }
}

package io.myelin.log.store;

import io.myelin.env.DiskFile;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.producer.ProducerState;
import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Walks over the batches of a part of a log file, reading blocks. Confined to one thread.
 *
 * <p>Stops ({@link #next} answers false) at the end, and at the first thing that is no batch: a
 * length that does not fit, an unknown magic, an offset that goes back. {@link #position} then says
 * where the sound part ends.
 */
final class HeaderScan {
  private static final int FIRST_BLOCK_BYTES = 4096;
  private static final int BLOCK_BYTES = 128 * 1024;

  private final DiskFile file;
  private final long end;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long blockPosition;
  private long next;
  private long position;
  private int at;
  private long lastOffset;

  /**
   * @param minOffset batches below are no valid continuation
   */
  HeaderScan(DiskFile file, long position, long end, long minOffset) {
    this.file = file;
    this.end = end;
    this.next = position;
    this.position = position;
    this.blockPosition = position;
    this.lastOffset = minOffset - 1;
  }

  /** Moves to the next batch; false where the sound part ends. */
  boolean next() throws IOException {
    position = next;
    if (end - position < BatchLayout.HEADER_BYTES || !ensure(BatchLayout.HEADER_BYTES)) {
      return false;
    }
    int length = block.getInt(at + BatchLayout.LENGTH);
    if (length < BatchLayout.HEADER_BYTES - BatchLayout.PREFIX_BYTES
        || length > end - position - BatchLayout.PREFIX_BYTES
        || BatchLayout.magic(block, at) != BatchLayout.CURRENT_MAGIC
        || BatchLayout.lastOffsetDelta(block, at) < 0
        || baseOffset() <= lastOffset) {
      return false;
    }
    lastOffset = BatchLayout.lastOffset(block, at);
    next = position + size();
    return true;
  }

  /** Whether the present batch's bytes are those that its checksum was made of. Reads all of it. */
  boolean checksumMatches() throws IOException {
    if (!ensure(size())) {
      return false;
    }
    CRC32C crc = new CRC32C();
    int from = at + BatchLayout.ATTRIBUTES;
    crc.update(block.array(), from, at + size() - from);
    return (int) crc.getValue() == BatchLayout.crc(block, at);
  }

  /** Makes {@code bytes} from the present position on available at index {@link #at}. */
  private boolean ensure(int bytes) throws IOException {
    long offset = position - blockPosition;
    if (offset + bytes <= block.limit()) {
      at = (int) offset;
      return true;
    }
    // Small first: a lookup by index needs a few headers, a scan goes on to read everything.
    int wanted = block.capacity() == 0 ? FIRST_BLOCK_BYTES : BLOCK_BYTES;
    int size = (int) Math.min(Math.max(wanted, bytes), end - position);
    if (block.capacity() < size) {
      block = ByteBuffer.allocate(size);
    }
    block.clear().limit(size);
    int read = file.read(block, position);
    block.flip();
    blockPosition = position;
    at = 0;
    return read >= bytes;
  }

  /** Where the present batch starts; after the last one, where the sound part ends. */
  long position() {
    return position;
  }

  /** The header of the present batch starts at {@link #at} of this buffer. */
  ByteBuffer buffer() {
    return block;
  }

  int at() {
    return at;
  }

  /** Whole batch in {@link #buffer}, from {@link #at} on; false if the file is shorter. */
  boolean loadBatch() throws IOException {
    return ensure(size());
  }

  /** Tells {@code producers} of the present batch; a transaction that it aborted, or null. */
  AbortedTransaction replayInto(ProducerState producers) throws IOException {
    boolean control =
        (BatchLayout.attributes(block, at) & BatchLayout.CONTROL_FLAG) != 0 && loadBatch();
    return control || BatchLayout.producerId(block, at) != BatchLayout.NO_PRODUCER_ID
        ? producers.replay(block, at)
        : null;
  }

  int size() {
    return BatchLayout.sizeInBytes(block, at);
  }

  long baseOffset() {
    return BatchLayout.baseOffset(block, at);
  }

  long lastOffset() {
    return lastOffset;
  }

  long maxTimestamp() {
    return BatchLayout.maxTimestamp(block, at);
  }
}

package io.myelin.log.store;

import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a segment from its start to its end, in chunks of a megabyte, or of one batch where that is
 * larger. Holds no file open in between. Confined to one thread at a time.
 */
final class SegmentChunks {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Segment segment;
  private ByteBuffer chunk;
  private int position;

  SegmentChunks(Segment segment) {
    this.segment = segment;
    this.chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, segment.size));
  }

  interface Consumer {
    /**
     * Takes whole batches, at least one, and moves the position behind them; a rest comes again.
     */
    void take(ByteBuffer chunk) throws IOException;
  }

  boolean hasNext() {
    return position < segment.size;
  }

  /**
   * Hands on the next chunk, if there is one.
   *
   * @return bytes that were read
   */
  long next(Consumer consumer) throws IOException {
    if (!hasNext()) {
      return 0;
    }
    long bytes = read();
    int needed = chunk.limit() < BatchLayout.PREFIX_BYTES ? 0 : BatchLayout.sizeInBytes(chunk, 0);
    if (needed <= 0 || needed > segment.size - position) {
      throw new IOException(
          "%s has no whole batch at byte %d"
              .formatted(segment.folder.file(segment.baseOffset, FileNames.LOG), position));
    }
    if (needed > chunk.limit()) {
      chunk = ByteBuffer.allocate(needed);
      bytes += read();
    }
    consumer.take(chunk);
    position += chunk.position();
    return bytes;
  }

  private int read() throws IOException {
    chunk.clear().limit(Math.min(chunk.capacity(), segment.size - position));
    OpenFile in = segment.log.acquire();
    try {
      in.file.read(chunk, position);
    } finally {
      in.release();
    }
    return chunk.flip().limit();
  }
}

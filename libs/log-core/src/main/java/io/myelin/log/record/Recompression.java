package io.myelin.log.record;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Gives a batch that was validated before another codec. */
final class Recompression {
  private static final int INITIAL_BYTES = 16 * 1024;

  private Recompression() {}

  /**
   * A new batch with the same header, but for codec and CRC, and the same records in the codec
   * {@code type}. The records are not taken apart: what one codec unpacks, the other packs.
   *
   * @param sizeMax in bytes; a larger batch throws {@link TooLargeException} when it is reached
   */
  static ByteBuffer recompress(
      ByteBuffer buffer,
      int batch,
      int sizeInBytes,
      CompressionType source,
      CompressionType type,
      int level,
      int sizeMax) {
    GrowableBytes target = new GrowableBytes(INITIAL_BYTES, sizeMax);
    int header = target.extend(BatchLayout.HEADER_BYTES);
    buffer.get(batch, target.array(), header, BatchLayout.HEADER_BYTES);
    try (InflatedBytes records = new InflatedBytes(buffer, batch, sizeInBytes, source);
        OutputStream sink = Compression.output(type, level, target)) {
      records.transferTo(sink);
    } catch (IOException e) {
      throw new UncheckedIOException("Into memory: cannot happen", e);
    }
    ByteBuffer built = ByteBuffer.wrap(target.array(), 0, target.size());
    int attributes = built.getShort(BatchLayout.ATTRIBUTES) & ~BatchLayout.COMPRESSION_MASK;
    built.putShort(BatchLayout.ATTRIBUTES, (short) (attributes | type.id()));
    built.putInt(BatchLayout.LENGTH, target.size() - BatchLayout.PREFIX_BYTES);
    return built;
  }

  /** As {@link #recompress}, but numbers the records 0, 1, 2, ... whatever they say. */
  static ByteBuffer renumber(
      ByteBuffer buffer, int batch, CompressionType type, int level, int sizeMax) {
    try (BatchBuilder builder = new BatchBuilder(sizeMax);
        RecordCursor cursor = RecordCursor.of(buffer, batch)) {
      builder
          .compression(type, level)
          .leaderEpoch(BatchLayout.leaderEpoch(buffer, batch))
          .producer(
              BatchLayout.producerId(buffer, batch),
              BatchLayout.producerEpoch(buffer, batch),
              BatchLayout.baseSequence(buffer, batch));
      if ((BatchLayout.attributes(buffer, batch) & BatchLayout.TRANSACTIONAL_FLAG) != 0) {
        builder.transactional();
      }
      while (cursor.next()) {
        builder.append(cursor.timestampMs(), cursor.key(), cursor.value(), cursor.headers());
      }
      return builder.build();
    }
  }
}

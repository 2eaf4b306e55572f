package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * One record batch that {@link BatchValidator} accepted: its bytes and the header fields that
 * appending needs. Not copied: the bytes belong to whoever made the batch until the append has
 * returned. Confined to one thread at a time.
 *
 * @param buffer position to limit is exactly the batch; the leader patches base offset and epoch in
 *     place
 * @param maxTimestampOffsetDelta delta of the first record that carries {@code maxTimestamp}
 */
public record ValidBatch(
    ByteBuffer buffer,
    int recordCount,
    int lastOffsetDelta,
    long maxTimestamp,
    int maxTimestampOffsetDelta,
    long producerId,
    short producerEpoch,
    int baseSequence,
    short attributes) {

  public int sizeInBytes() {
    return buffer.remaining();
  }

  public boolean hasProducer() {
    return producerId > BatchLayout.NO_PRODUCER_ID;
  }

  public boolean isTransactional() {
    return (attributes & BatchLayout.TRANSACTIONAL_FLAG) != 0;
  }

  public boolean isControl() {
    return (attributes & BatchLayout.CONTROL_FLAG) != 0;
  }

  /** Sequence number of the last record; sequences wrap from {@link Integer#MAX_VALUE} to 0. */
  public int lastSequence() {
    if (baseSequence == BatchLayout.NO_SEQUENCE) {
      return BatchLayout.NO_SEQUENCE;
    }
    long last = (long) baseSequence + lastOffsetDelta;
    return (int) (last & Integer.MAX_VALUE);
  }
}

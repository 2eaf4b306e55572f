package io.myelin.log.store;

import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Batches for tests, as the validator would hand them over. */
public final class TestBatches {
  private TestBatches() {}

  public static ValidBatch batch(int records, long timestampMs, int valueBytes) {
    return valid(fill(new BatchBuilder(), records, timestampMs, valueBytes));
  }

  public static ValidBatch idempotent(
      long producerId, int epoch, int sequence, int records, long timestampMs) {
    return valid(
        fill(
            new BatchBuilder().producer(producerId, (short) epoch, sequence),
            records,
            timestampMs,
            10));
  }

  public static ValidBatch transactional(
      long producerId, int epoch, int sequence, int records, long timestampMs) {
    return valid(
        fill(
            new BatchBuilder().producer(producerId, (short) epoch, sequence).transactional(),
            records,
            timestampMs,
            10));
  }

  public static ValidBatch marker(
      long producerId, int epoch, boolean commit, int coordinatorEpoch, long timestampMs) {
    ByteBuffer key = ByteBuffer.allocate(4).putShort((short) 0).putShort((short) (commit ? 1 : 0));
    ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(coordinatorEpoch);
    return valid(
        new BatchBuilder()
            .producer(producerId, (short) epoch, -1)
            .transactional()
            .control()
            .append(timestampMs, key.flip(), value.flip()));
  }

  private static BatchBuilder fill(
      BatchBuilder builder, int records, long timestampMs, int valueBytes) {
    for (int i = 0; i < records; i++) {
      byte[] value = new byte[valueBytes];
      java.util.Arrays.fill(value, (byte) ('a' + i % 26));
      builder.append(
          timestampMs + i,
          ByteBuffer.wrap(("key-" + i).getBytes(StandardCharsets.UTF_8)),
          ByteBuffer.wrap(value));
    }
    return builder;
  }

  public static ValidBatch valid(BatchBuilder builder) {
    ByteBuffer b = builder.build();
    int at = b.position();
    return new ValidBatch(
        b,
        BatchLayout.recordCount(b, at),
        BatchLayout.lastOffsetDelta(b, at),
        BatchLayout.maxTimestamp(b, at),
        BatchLayout.lastOffsetDelta(b, at),
        BatchLayout.producerId(b, at),
        BatchLayout.producerEpoch(b, at),
        BatchLayout.baseSequence(b, at),
        BatchLayout.attributes(b, at));
  }
}

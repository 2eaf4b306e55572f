package io.myelin.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.record.BatchRules.TargetCompression;
import io.myelin.log.record.Verdict.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchValidatorTest {
  private static final long NOW_MS = 5_000_000;
  private static final TargetCompression PRODUCERS = new TargetCompression.Producers();
  private static final TargetCompression ZSTD =
      new TargetCompression.Fixed(CompressionType.ZSTD, 3);
  private static final TargetCompression UNCOMPRESSED =
      new TargetCompression.Fixed(CompressionType.NONE, 0);

  @Test
  void isExpensiveExactlyWhenACodecIsInvolved() {
    ByteBuffer plain = batch(CompressionType.NONE, 10);
    ByteBuffer lz4 = batch(CompressionType.LZ4, 10);

    assertThat(BatchValidator.isExpensive(plain, rules(PRODUCERS, false))).isFalse();
    assertThat(BatchValidator.isExpensive(plain, rules(UNCOMPRESSED, false))).isFalse();
    assertThat(BatchValidator.isExpensive(plain, rules(ZSTD, false))).isTrue();
    assertThat(BatchValidator.isExpensive(lz4, rules(PRODUCERS, false))).isTrue();
    assertThat(BatchValidator.isExpensive(lz4, rules(UNCOMPRESSED, false))).isTrue();
    assertThat(BatchValidator.isExpensive(ByteBuffer.allocate(20), rules(ZSTD, true))).isFalse();
  }

  @Test
  void aValidBatchIsAPartOfTheSameMemoryAndNoPositionMoves() {
    ByteBuffer built = batch(CompressionType.NONE, 10);
    ByteBuffer frame = ByteBuffer.allocateDirect(built.limit() + 9);
    frame.position(4).put(built.duplicate()).position(4);

    ValidBatch valid = valid(frame, rules(PRODUCERS, false));

    assertThat(frame.position()).isEqualTo(4);
    assertThat(valid.sizeInBytes()).as("the rest is cut off").isEqualTo(built.limit());
    BatchLayout.assign(valid.buffer(), 0, 77, 3);
    assertThat(BatchLayout.baseOffset(frame, 4)).isEqualTo(77);
    assertThat(valid.maxTimestamp()).isEqualTo(NOW_MS + 3);
    assertThat(valid.maxTimestampOffsetDelta()).isEqualTo(3);
    assertThat(valid.recordCount()).isEqualTo(10);
    assertThat(valid.lastOffsetDelta()).isEqualTo(9);
  }

  @Test
  void appendTimeIsPatchedInPlaceUnderANewCrc() {
    ByteBuffer batch = batch(CompressionType.GZIP, 10);

    ValidBatch valid = valid(batch, rules(PRODUCERS, true));

    assertThat(valid.buffer().array()).isSameAs(batch.array());
    assertThat(valid.maxTimestamp()).isEqualTo(NOW_MS);
    assertThat(valid.attributes() & BatchLayout.LOG_APPEND_TIME_FLAG).isNotZero();
    assertThat(BatchLayout.crc(batch, 0))
        .isEqualTo(BatchBuilder.computeCrc(batch, 0, batch.limit()));
    try (RecordCursor cursor = RecordCursor.of(batch)) {
      while (cursor.next()) {
        assertThat(cursor.timestampMs()).isEqualTo(NOW_MS);
      }
    }
  }

  @Test
  void aTopicsOwnCompressionIsBoundedByItsMessageSizeWhileItIsWritten() {
    BatchBuilder bomb = new BatchBuilder().compression(CompressionType.ZSTD);
    for (int i = 0; i < 200; i++) {
      bomb.append(NOW_MS, null, ByteBuffer.allocate(1 << 20));
    }

    assertThat(BatchValidator.validate(bomb.build(), rules(UNCOMPRESSED, false), NOW_MS))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.MESSAGE_TOO_LARGE));
  }

  @Test
  void cursorsThatAreOpenAtOnceOrClosedTwiceDoNotDisturbEachOther() {
    ByteBuffer first = batch(CompressionType.LZ4, 20);
    ByteBuffer second = batch(CompressionType.SNAPPY, 20);
    RecordCursor closedTwice = RecordCursor.of(first);
    closedTwice.close();
    try (RecordCursor one = RecordCursor.of(first)) {
      closedTwice.close();
      try (RecordCursor other = RecordCursor.of(second)) {
        for (int i = 0; i < 20; i++) {
          assertThat(one.next()).isTrue();
          assertThat(other.next()).isTrue();
          assertThat(one.value()).isEqualTo(other.value()).isEqualTo(value(i));
        }
      }
    }
  }

  private static ValidBatch valid(ByteBuffer records, BatchRules rules) {
    Verdict verdict = BatchValidator.validate(records, rules, NOW_MS);
    assertThat(verdict).isInstanceOf(Verdict.Valid.class);
    return ((Verdict.Valid) verdict).batch();
  }

  private static ByteBuffer batch(CompressionType type, int count) {
    BatchBuilder builder = new BatchBuilder().compression(type);
    for (int i = 0; i < count; i++) {
      builder.append(NOW_MS + i % 4, null, value(i));
    }
    return builder.build();
  }

  /** Enough of them that codecs have more than one window. */
  private static ByteBuffer value(int index) {
    byte[] bytes = new byte[5000];
    Arrays.fill(bytes, (byte) index);
    return ByteBuffer.wrap(bytes);
  }

  private static BatchRules rules(TargetCompression compression, boolean appendTime) {
    return new BatchRules(
        1 << 20, false, appendTime, Long.MAX_VALUE, Long.MAX_VALUE, compression, true);
  }
}

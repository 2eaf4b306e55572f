package io.myelin.log.record;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.myelin.log.record.BatchRules.TargetCompression;
import io.myelin.log.record.Verdict.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that mean harm: a verdict in any case, soon, and with little memory. */
class HostileBatchTest {
  private static final long NOW_MS = 1_000_000;
  private static final BatchRules RULES =
      new BatchRules(
          1 << 20,
          false,
          false,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          new TargetCompression.Producers(),
          true);
  private static final int BOMB_BYTES = 400 << 20;

  @Property(tries = 2000)
  void anyBytesGetAVerdict(@ForAll @Size(max = 300) byte[] bytes) {
    assertThat(BatchValidator.validate(ByteBuffer.wrap(bytes), RULES, NOW_MS)).isNotNull();
  }

  @Property(tries = 5000)
  void anyRecordsUnderAGoodHeaderGetAVerdict(
      @ForAll CompressionType type,
      @ForAll boolean direct,
      @ForAll boolean framed,
      @ForAll @Size(max = 200) byte[] records) {
    GrowableBytes payload = new GrowableBytes(64);
    if (framed) {
      // The codec's own magic, so that the parser behind it is reached.
      byte[] start = framing(type);
      payload.write(start, 0, start.length);
    }
    payload.write(records, 0, records.length);
    ByteBuffer heap = batch(type, 3, payload);
    ByteBuffer batch = direct ? ByteBuffer.allocateDirect(heap.limit()).put(heap).flip() : heap;

    assertThat(BatchValidator.validate(batch, RULES, NOW_MS)).isNotNull();
    assertThat(BatchValidator.isExpensive(batch, RULES)).isEqualTo(type != CompressionType.NONE);
  }

  private static byte[] framing(CompressionType type) {
    ByteBuffer good =
        new BatchBuilder().compression(type).append(1, null, ByteBuffer.allocate(9)).build();
    int length =
        switch (type) {
          case NONE -> 0;
          case GZIP -> 10;
          case SNAPPY -> 16;
          case LZ4 -> 7;
          case ZSTD -> 6;
        };
    byte[] framing = new byte[length];
    good.get(BatchLayout.RECORDS, framing);
    return framing;
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"GZIP", "LZ4", "ZSTD"})
  @Timeout(value = 30, unit = SECONDS)
  void aBombCostsNoMemory(CompressionType type) throws IOException {
    // One record that claims no more than 100 bytes, and hundreds of megabytes behind it.
    GrowableBytes payload = new GrowableBytes(64);
    try (OutputStream out = Compression.output(type, type.defaultLevel(), payload)) {
      byte[] zeros = new byte[1 << 20];
      out.write(new byte[] {(byte) 200, 1, 0, 0, 0});
      for (int written = 0; written < BOMB_BYTES; written += zeros.length) {
        out.write(zeros);
      }
    }
    BatchRules rules =
        new BatchRules(
            Integer.MAX_VALUE,
            false,
            false,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            new TargetCompression.Producers(),
            true);
    ByteBuffer batch = batch(type, 1, payload);
    long before = allocatedBytes();

    Verdict verdict = BatchValidator.validate(batch, rules, NOW_MS);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.INVALID_RECORD));
    assertThat(allocatedBytes() - before).isLessThan(8 << 20);
  }

  @Test
  @Timeout(value = 30, unit = SECONDS)
  void aHugeRecordThatInflatesFromNothingIsPassedOverWithoutBeingHeld() throws IOException {
    // Everything is as declared: one record with a value of 400 MiB.
    GrowableBytes body = new GrowableBytes(64);
    for (int field = 0; field < 3; field++) {
      body.write(0);
    }
    body.writeVarint(-1);
    body.writeVarint(BOMB_BYTES);
    GrowableBytes payload = new GrowableBytes(64);
    try (OutputStream out = Compression.output(CompressionType.ZSTD, 3, payload)) {
      GrowableBytes size = new GrowableBytes(8);
      size.writeVarint(body.size() + BOMB_BYTES + 1);
      out.write(size.array(), 0, size.size());
      out.write(body.array(), 0, body.size());
      out.write(new byte[1 << 20]);
      for (int written = 1 << 20; written < BOMB_BYTES; written += 1 << 20) {
        out.write(new byte[1 << 20]);
      }
      out.write(0);
    }
    ByteBuffer batch = batch(CompressionType.ZSTD, 1, payload);
    long before = allocatedBytes();

    assertThat(BatchValidator.validate(batch, RULES, 0)).isInstanceOf(Verdict.Valid.class);
    assertThat(allocatedBytes() - before).isLessThan(8 << 20);
  }

  @Test
  void aSnappyChunkThatClaimsMoreThanItCanHoldCostsNoMemory() {
    GrowableBytes payload = new GrowableBytes(64);
    // A bare block whose length says 1 GiB, and four bytes of it.
    for (int b : new int[] {0x80, 0x80, 0x80, 0x80, 0x04, 0, 0, 0, 0}) {
      payload.write(b);
    }
    ByteBuffer batch = batch(CompressionType.SNAPPY, 1, payload);
    long before = allocatedBytes();

    assertThat(BatchValidator.validate(batch, RULES, 0)).isInstanceOf(Verdict.Rejected.class);
    assertThat(allocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void badRecordsAreCountedButNotAllListed() {
    BatchBuilder builder = new BatchBuilder();
    for (int i = 0; i < 5000; i++) {
      builder.append(1, null, null);
    }
    BatchRules compacted =
        new BatchRules(
            1 << 20, true, false, Long.MAX_VALUE, Long.MAX_VALUE, RULES.compression(), true);

    assertThat(BatchValidator.validate(builder.build(), compacted, NOW_MS))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> {
              assertThat(rejected.badRecords()).hasSize(1000);
              assertThat(rejected.message()).contains("5000 in total");
            });
  }

  @Test
  void aCursorRefusesWhatIsNoBatch() {
    ByteBuffer batch = new BatchBuilder().append(1, null, null).build();
    batch.putInt(BatchLayout.LENGTH, 1000);

    assertThatThrownBy(() -> RecordCursor.of(batch)).isInstanceOf(InvalidBatchException.class);
  }

  private static ByteBuffer batch(CompressionType type, int count, GrowableBytes payload) {
    int size = BatchLayout.HEADER_BYTES + payload.size();
    ByteBuffer batch = ByteBuffer.allocate(size);
    batch.put(0, new BatchBuilder().append(NOW_MS, null, null).build(), 0, BatchLayout.RECORDS);
    batch.put(BatchLayout.RECORDS, payload.array(), 0, payload.size());
    batch.putInt(BatchLayout.LENGTH, size - BatchLayout.PREFIX_BYTES);
    batch.putShort(BatchLayout.ATTRIBUTES, (short) type.id());
    batch.putInt(BatchLayout.RECORD_COUNT, count);
    batch.putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1);
    BatchBuilder.sealCrc(batch, 0, size);
    return batch;
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}

package io.myelin.log.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.CompressionType;
import io.myelin.log.record.InvalidBatchException;
import io.myelin.log.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchCleanerTest {

  @Test
  void aRecordTooLargeForMemoryStaysAndSoDoOlderOnesOfItsKey() throws IOException {
    ByteBuffer older =
        new BatchBuilder()
            .append(1, RandomLog.utf8("huge"), RandomLog.utf8("old"))
            .append(1, RandomLog.utf8("small"), RandomLog.utf8("old"))
            .build();
    ByteBuffer huge =
        new BatchBuilder()
            .compression(CompressionType.ZSTD)
            .baseOffset(2)
            .append(
                1, RandomLog.utf8("huge"), ByteBuffer.allocate(RecordCursor.RECORD_BYTES_MAX + 1))
            .build();
    ByteBuffer newer =
        new BatchBuilder()
            .baseOffset(3)
            .append(1, RandomLog.utf8("small"), RandomLog.utf8("new"))
            .build();
    ByteBuffer log =
        ByteBuffer.allocate(older.limit() + huge.limit() + newer.limit())
            .put(older)
            .put(huge.duplicate())
            .put(newer)
            .flip();

    List<ByteBuffer> kept = clean(log, 4);

    assertThat(kept).hasSize(3);
    assertThat(BatchLayout.recordCount(kept.get(0), 0)).as("small's old value went").isEqualTo(1);
    assertThat(kept.get(1)).isEqualTo(huge);
  }

  @Test
  void aDamagedLengthInTheLogIsReportedAndNotSkipped() {
    ByteBuffer log = new BatchBuilder().append(1, RandomLog.utf8("k"), null).build();
    log.putInt(BatchLayout.LENGTH, 3);

    assertThatThrownBy(() -> clean(log, 1)).isInstanceOf(InvalidBatchException.class);
  }

  private static List<ByteBuffer> clean(ByteBuffer log, long endOffset) throws IOException {
    OffsetMap map = new OffsetMap(10_000, 0.9, 1, 2);
    OffsetMapBuilder builder = new OffsetMapBuilder(map, 0, new TransactionTracker());
    builder.index(log.duplicate());
    builder.endSegment(endOffset);
    List<ByteBuffer> kept = new ArrayList<>();
    new BatchCleaner(map, new TransactionTracker(), Map.of(), endOffset, 10, 10)
        .clean(
            log.duplicate(),
            batch -> kept.add(ByteBuffer.allocate(batch.remaining()).put(batch).flip()));
    return kept;
  }
}

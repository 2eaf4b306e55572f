package io.myelin.broker.coordinator.storage;

import io.myelin.broker.coordinator.CoordinatorLog;
import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.log.FileSlice;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Hands a log's committed records to a coordinator, a chunk at a time, on workers. */
final class CoordinatorLogLoad {
  // Large enough for sequential reads, small enough for fifty partitions that load together.
  private static final int CHUNK_BYTES = 1 << 20;

  private final PartitionLog log;
  private final CoordinatorLog.Sink sink;
  private final Executor readers;
  private final LogView view;
  private final long end;
  private final CompletableFuture<Void> result = new CompletableFuture<>();

  CoordinatorLogLoad(PartitionLog log, CoordinatorLog.Sink sink, Executor readers) {
    this.log = log;
    this.sink = sink;
    this.readers = readers;
    this.view = log.view();
    this.end = view.lastStableOffset();
  }

  CompletableFuture<Void> start() {
    long first = view.logStartOffset();
    readers.execute(() -> loadFrom(first));
    return result;
  }

  private void loadFrom(long offset) {
    try {
      long next = offset >= end ? end : loadChunk(offset);
      if (next >= end) {
        result.complete(null);
      } else {
        readers.execute(() -> loadFrom(next));
      }
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  /** Returns the offset to go on with. */
  private long loadChunk(long offset) throws IOException {
    return switch (log.view().read(offset, CHUNK_BYTES, true, Isolation.LAST_STABLE)) {
      case ReadResult.Records records -> {
        try {
          yield replay(bytesOf(records.slice()), offset, records.aborted());
        } finally {
          records.slice().release();
        }
      }
      case ReadResult.NothingYet nothing -> end;
      // Retention has moved the start while this was going on.
      case ReadResult.OutOfRange outside -> Math.max(log.view().logStartOffset(), offset + 1);
      case ReadResult.Cold cold -> throw new IllegalStateException("a blocking read answers");
    };
  }

  private static ByteBuffer bytesOf(FileSlice slice) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(slice.length());
    slice.file().read(bytes, slice.position());
    return bytes.flip();
  }

  private long replay(ByteBuffer bytes, long from, List<AbortedTransaction> aborted) {
    long next = from;
    int batch = 0;
    while (bytes.limit() - batch >= BatchLayout.HEADER_BYTES
        && bytes.limit() - batch >= BatchLayout.sizeInBytes(bytes, batch)) {
      if (isVisible(bytes, batch, aborted)) {
        replayBatch(bytes, batch, from);
      }
      next = BatchLayout.lastOffset(bytes, batch) + 1;
      batch += BatchLayout.sizeInBytes(bytes, batch);
    }
    return next;
  }

  private void replayBatch(ByteBuffer bytes, int batch, long from) {
    try (RecordCursor cursor = RecordCursor.of(bytes, batch)) {
      while (cursor.next()) {
        if (cursor.offset() >= from && cursor.offset() < end && cursor.hasKey()) {
          sink.record(
              cursor.offset(), new CoordinatorRecord(copy(cursor.key()), copy(cursor.value())));
        }
      }
    }
  }

  private static boolean isVisible(ByteBuffer bytes, int batch, List<AbortedTransaction> aborted) {
    short attributes = BatchLayout.attributes(bytes, batch);
    if ((attributes & BatchLayout.CONTROL_FLAG) != 0) {
      return false;
    }
    if ((attributes & BatchLayout.TRANSACTIONAL_FLAG) == 0) {
      return true;
    }
    long producerId = BatchLayout.producerId(bytes, batch);
    long offset = BatchLayout.baseOffset(bytes, batch);
    return aborted.stream()
        .noneMatch(
            transaction ->
                transaction.producerId() == producerId
                    && offset >= transaction.firstOffset()
                    && offset <= transaction.lastOffset());
  }

  private static byte[] copy(ByteBuffer bytes) {
    if (bytes == null) {
      return null;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return copy;
  }
}

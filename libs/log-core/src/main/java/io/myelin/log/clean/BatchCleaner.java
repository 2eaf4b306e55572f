package io.myelin.log.clean;

import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.RecordCursor;
import io.myelin.log.record.TooLargeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;

/**
 * Decides what remains of a log's batches, oldest first: the second half of a cleaning pass.
 *
 * <p>Guarantee: offsets stay; of each key at least the last record stays, until it is a tombstone
 * whose delete horizon has passed (KIP-534: set when a pass first meets it, so that every consumer
 * has delete.retention.ms to see it); a batch with the last sequence number of a live producer, and
 * the last batch of the pass, stay at least as empty ones. A batch of which nothing goes is handed
 * on as it is, byte for byte; so is one with a record that is too large to be read into memory.
 *
 * <p>Confined to one thread. No I/O of its own: a failing sink fails the pass.
 */
public final class BatchCleaner {
  private final OffsetMap map;
  private final TransactionTracker transactions;
  private final Map<Long, LastRecord> producers;
  private final long endOffset;
  private final long nowMs;
  private final long deleteRetentionMs;
  private final BitSet kept = new BitSet();

  /** Takes what remains, batch by batch in order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param batch position to limit; valid during the call
     */
    void write(ByteBuffer batch) throws IOException;
  }

  /**
   * What a live producer wrote last.
   *
   * @param lastDataOffset last offset of its last batch with data, -1 if only a marker is left
   */
  public record LastRecord(long lastDataOffset, short producerEpoch) {}

  private enum Fate {
    /** Goes without a look at its records. */
    DELETE,
    /** Stays, even if no record does. */
    KEEP_EMPTY,
    /** Stays if a record does. */
    DELETE_EMPTY
  }

  /**
   * @param transactions a tracker of its own, told of aborted transactions before each segment
   * @param producers by producer id: live ones of this log
   * @param endOffset where this pass ends, exclusive
   * @param deleteRetentionMs delete.retention.ms
   */
  public BatchCleaner(
      OffsetMap map,
      TransactionTracker transactions,
      Map<Long, LastRecord> producers,
      long endOffset,
      long nowMs,
      long deleteRetentionMs) {
    this.map = map;
    this.transactions = transactions;
    this.producers = producers;
    this.endOffset = endOffset;
    this.nowMs = nowMs;
    this.deleteRetentionMs = deleteRetentionMs;
  }

  /**
   * Cleans the whole batches from the chunk's position on and moves it behind the last of them. A
   * rest belongs before the following chunk.
   */
  public void clean(ByteBuffer chunk, Sink sink) throws IOException {
    int size = Batches.wholeBatchAt(chunk);
    while (size > 0) {
      cleanBatch(chunk, chunk.position(), size, sink);
      chunk.position(chunk.position() + size);
      size = Batches.wholeBatchAt(chunk);
    }
  }

  private void cleanBatch(ByteBuffer chunk, int batch, int size, Sink sink) throws IOException {
    boolean discardable = transactions.isDiscardable(chunk, batch);
    boolean control = (BatchLayout.attributes(chunk, batch) & BatchLayout.CONTROL_FLAG) != 0;
    boolean discard = discardable && (!control || isHorizonPassed(chunk, batch));
    Fate fate = fate(chunk, batch, control, discard);
    if (fate == Fate.DELETE) {
      return;
    }
    boolean tombstones = false;
    int index = 0;
    kept.clear();
    if (!discard) {
      try (RecordCursor cursor = RecordCursor.of(chunk, batch)) {
        for (; cursor.next(); index++) {
          if (control || isKept(chunk, batch, cursor)) {
            kept.set(index);
            tombstones |= !cursor.hasValue();
          }
        }
      } catch (TooLargeException e) {
        // Left as it is: what is not compacted is no loss, a broker out of memory is one.
        sink.write(chunk.slice(batch, size));
        return;
      }
    }
    if (kept.isEmpty()) {
      if (fate == Fate.KEEP_EMPTY) {
        sink.write(BatchBuilder.emptied(chunk, batch));
      }
      return;
    }
    boolean startHorizon = (tombstones || control && discardable) && !hasHorizon(chunk, batch);
    if (kept.cardinality() == index && !startHorizon) {
      sink.write(chunk.slice(batch, size));
    } else {
      sink.write(rebuild(chunk, batch, startHorizon));
    }
  }

  private Fate fate(ByteBuffer chunk, int batch, boolean control, boolean discard) {
    long lastOffset = BatchLayout.lastOffset(chunk, batch);
    if (isLastOfItsProducer(chunk, batch, lastOffset, control) || lastOffset + 1 == endOffset) {
      return Fate.KEEP_EMPTY;
    }
    return discard ? Fate.DELETE : Fate.DELETE_EMPTY;
  }

  private boolean isLastOfItsProducer(
      ByteBuffer chunk, int batch, long lastOffset, boolean control) {
    long producerId = BatchLayout.producerId(chunk, batch);
    LastRecord last = producerId > BatchLayout.NO_PRODUCER_ID ? producers.get(producerId) : null;
    if (last == null) {
      return false;
    }
    return last.lastDataOffset() >= 0
        ? last.lastDataOffset() == lastOffset
        : control && BatchLayout.producerEpoch(chunk, batch) == last.producerEpoch();
  }

  private boolean isKept(ByteBuffer chunk, int batch, RecordCursor cursor) {
    if (cursor.offset() > map.latestOffset()) {
      return true;
    }
    if (!cursor.hasKey() || cursor.offset() < map.get(cursor.key())) {
      return false;
    }
    return cursor.hasValue() || !isHorizonPassed(chunk, batch);
  }

  private static boolean hasHorizon(ByteBuffer chunk, int batch) {
    return (BatchLayout.attributes(chunk, batch) & BatchLayout.DELETE_HORIZON_FLAG) != 0;
  }

  private boolean isHorizonPassed(ByteBuffer chunk, int batch) {
    return hasHorizon(chunk, batch) && BatchLayout.baseTimestamp(chunk, batch) <= nowMs;
  }

  private ByteBuffer rebuild(ByteBuffer chunk, int batch, boolean startHorizon) {
    try (BatchBuilder builder = BatchBuilder.like(chunk, batch);
        RecordCursor cursor = RecordCursor.of(chunk, batch)) {
      if (startHorizon) {
        builder.deleteHorizon(nowMs + deleteRetentionMs);
      } else if (hasHorizon(chunk, batch)) {
        builder.deleteHorizon(BatchLayout.baseTimestamp(chunk, batch));
      }
      while (cursor.next()) {
        if (kept.get(cursor.index())) {
          builder.appendAt(
              cursor.offset(),
              cursor.timestampMs(),
              cursor.key(),
              cursor.value(),
              cursor.headers());
        }
      }
      return builder.build();
    }
  }
}

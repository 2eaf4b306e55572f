package io.myelin.log.clean;

import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.RecordCursor;
import io.myelin.log.record.TooLargeException;
import java.nio.ByteBuffer;

/**
 * Fills an {@link OffsetMap} from the dirty part of a log, oldest segment first: the first half of
 * a cleaning pass. Aborted records do not count. Confined to one thread.
 */
public final class OffsetMapBuilder {
  private final OffsetMap map;
  private final long firstDirtyOffset;
  private final TransactionTracker transactions;
  private boolean full;

  /**
   * @param transactions a tracker of its own, told of the transactions that were aborted in the
   *     dirty part
   */
  public OffsetMapBuilder(OffsetMap map, long firstDirtyOffset, TransactionTracker transactions) {
    this.map = map;
    this.firstDirtyOffset = firstDirtyOffset;
    this.transactions = transactions;
  }

  /**
   * Indexes the whole batches from the chunk's position on and moves it behind the last of them. A
   * rest belongs before the following chunk. Stops where the map is full.
   */
  public void index(ByteBuffer chunk) {
    while (!full) {
      int batch = chunk.position();
      int size = Batches.wholeBatchAt(chunk);
      if (size == 0) {
        return;
      }
      indexBatch(chunk, batch);
      if (!full) {
        long lastOffset = BatchLayout.lastOffset(chunk, batch);
        if (lastOffset >= firstDirtyOffset) {
          map.advanceTo(lastOffset);
        }
        chunk.position(batch + size);
      }
    }
  }

  private void indexBatch(ByteBuffer chunk, int batch) {
    boolean discardable = transactions.isDiscardable(chunk, batch);
    if (discardable
        || (BatchLayout.attributes(chunk, batch) & BatchLayout.CONTROL_FLAG) != 0
        || BatchLayout.lastOffset(chunk, batch) < firstDirtyOffset) {
      return;
    }
    try (RecordCursor cursor = RecordCursor.of(chunk, batch)) {
      while (cursor.next()) {
        if (cursor.hasKey()
            && cursor.offset() >= firstDirtyOffset
            && !map.put(cursor.key(), cursor.offset())) {
          full = true;
          return;
        }
      }
    } catch (TooLargeException e) {
      // Keys that the map does not know are not cleaned: the batch and older records stay.
      return;
    }
  }

  /**
   * Tells that the segment has been read to its end.
   *
   * @param nextBaseOffset where the following one starts: what compaction has left out at the end
   *     counts as seen
   */
  public void endSegment(long nextBaseOffset) {
    if (!full) {
      map.advanceTo(nextBaseOffset - 1);
    }
  }

  /** The map holds no further key: clean up to {@link OffsetMap#latestOffset}, then go on. */
  public boolean isFull() {
    return full;
  }
}

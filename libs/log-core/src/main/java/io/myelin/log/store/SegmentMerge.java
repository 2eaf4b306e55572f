package io.myelin.log.store;

import io.myelin.env.Disk.OpenMode;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.clean.BatchCleaner;
import io.myelin.log.clean.TransactionTracker;
import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/**
 * Makes one segment of what a pass keeps of several, chunk by chunk, in {@code .cleaned} files.
 * Holds no file open in between. Confined to one thread at a time.
 */
final class SegmentMerge {
  private final List<Segment> old;
  private final Iterator<Segment> rest;
  private final Segment cleaned;
  private final BatchCleaner cleaner;
  private final TransactionTracker transactions;
  private final int indexIntervalBytes;
  private SegmentChunks chunks;

  /**
   * @param transactions the cleaner's
   */
  SegmentMerge(
      List<Segment> old,
      BatchCleaner cleaner,
      TransactionTracker transactions,
      int indexIntervalBytes)
      throws IOException {
    this.old = old;
    this.rest = old.iterator();
    this.cleaner = cleaner;
    this.transactions = transactions;
    this.indexIntervalBytes = indexIntervalBytes;
    Segment first = old.getFirst();
    this.cleaned = new Segment(first.folder, first.baseOffset, 0, FileNames.CLEANED);
    cleaned.startEmpty();
    OpenFile out = cleaned.log.acquire(OpenMode.CREATE);
    try {
      out.file.truncate(0);
    } finally {
      out.release();
    }
    open(rest.next());
  }

  private void open(Segment segment) throws IOException {
    transactions.addAborted(segment.transactions.entries());
    chunks = new SegmentChunks(segment);
  }

  /**
   * Cleans the next chunk.
   *
   * @return bytes that were read and written
   */
  long step() throws IOException {
    int before = cleaned.size;
    long bytes;
    OpenFile out = cleaned.log.acquire();
    try {
      bytes = chunks.next(chunk -> cleaner.clean(chunk, batch -> add(batch, out)));
    } finally {
      out.release();
    }
    if (!chunks.hasNext()) {
      for (AbortedTransaction aborted : transactions.takeRetained()) {
        cleaned.transactions.append(aborted);
      }
      if (rest.hasNext()) {
        open(rest.next());
      }
    }
    return bytes + cleaned.size - before;
  }

  private void add(ByteBuffer batch, OpenFile out) throws IOException {
    int at = batch.position();
    int bytes = batch.remaining();
    long last = BatchLayout.lastOffset(batch, at);
    long timestamp = BatchLayout.maxTimestamp(batch, at);
    out.file.write(batch.duplicate(), cleaned.size);
    cleaned.added(last, cleaned.size, bytes, timestamp, indexIntervalBytes);
    cleaned.size += bytes;
    cleaned.writeFullIndexPages();
  }

  boolean isDone() {
    return !chunks.hasNext() && !rest.hasNext();
  }

  /** Returns when what was made is on stable storage. */
  Compaction.Replacement finish() throws IOException {
    cleaned.finishTimeIndex();
    cleaned.forceAll();
    cleaned.closeFiles();
    return new Compaction.Replacement(old, cleaned.baseOffset, cleaned.size);
  }
}

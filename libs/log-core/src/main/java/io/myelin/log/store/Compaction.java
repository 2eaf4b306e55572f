package io.myelin.log.store;

import io.myelin.env.Randomness;
import io.myelin.log.LogConfig;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.clean.BatchCleaner;
import io.myelin.log.clean.CleanerPlan;
import io.myelin.log.clean.OffsetMap;
import io.myelin.log.clean.OffsetMapBuilder;
import io.myelin.log.clean.TransactionTracker;
import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One compaction pass over a log: the reading and writing around {@link io.myelin.log.clean}. Runs
 * on a worker and changes nothing that the log uses: it leaves {@code .cleaned} files, which {@link
 * SegmentSwap} puts in place. A crash leaves files that the next start removes.
 */
final class Compaction {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final double MAP_LOAD_FACTOR = 0.9;

  private final StoredLog log;
  private final View view;
  private final LogConfig config;
  private final List<CleanerPlan.Segment> described = new ArrayList<>();
  private final long nowMs;
  private final CleanerPlan plan;

  /**
   * @param cleanedTo where the last pass ended, null if there was none
   */
  Compaction(StoredLog log, Long cleanedTo) throws IOException {
    this.log = log;
    this.view = log.current();
    this.config = log.config();
    this.nowMs = log.folder.environment().clock().wallMs();
    for (int i = 0; i < view.segments.length; i++) {
      Segment segment = view.segments[i];
      described.add(
          new CleanerPlan.Segment(
              segment.baseOffset,
              view.sizeOf(i),
              segment.maxTimestamp(),
              segment.firstTimestamp(),
              segment.offsets.file().entries() * OffsetIndex.ENTRY_BYTES,
              segment.times.file().entries() * TimeIndex.ENTRY_BYTES));
    }
    this.plan =
        CleanerPlan.of(
            described,
            cleanedTo,
            view.logStartOffset(),
            view.lastStableOffset(),
            view.logEndOffset(),
            config,
            nowMs);
  }

  boolean isDue() {
    return config.compact() && plan.isDue(config);
  }

  /** Segments that become one, and the one that they become. */
  record Replacement(List<Segment> old, long baseOffset, int size) {}

  /** What a pass made, and where the next one begins. */
  record Outcome(List<Replacement> replacements, long cleanedTo) {}

  /**
   * @param mapBytesMax memory for the keys of this pass
   * @param producers live producers of the log, as of a moment before or at this pass
   */
  Outcome run(long mapBytesMax, Map<Long, BatchCleaner.LastRecord> producers) throws IOException {
    // What replaces segments must not be more durable than what it was made of; and behind the
    // recovery point that a start finds, the gaps that this pass leaves would be losses.
    log.flusher.settle(plan.endOffset());
    Randomness randomness = log.folder.environment().randomness();
    OffsetMap map =
        new OffsetMap(mapBytesMax, MAP_LOAD_FACTOR, randomness.nextLong(), randomness.nextLong());
    boolean full = fill(map);
    long end = full ? map.latestOffset() + 1 : plan.endOffset();
    TransactionTracker transactions = new TransactionTracker();
    BatchCleaner cleaner =
        new BatchCleaner(map, transactions, producers, end, nowMs, config.deleteRetentionMs());
    List<Replacement> replacements = new ArrayList<>();
    for (List<CleanerPlan.Segment> group : CleanerPlan.groups(described, end, config)) {
      replacements.add(write(group, cleaner, transactions));
    }
    return new Outcome(replacements, end);
  }

  /** Whether the map was too small for all keys. */
  private boolean fill(OffsetMap map) throws IOException {
    TransactionTracker transactions = new TransactionTracker();
    OffsetMapBuilder builder = new OffsetMapBuilder(map, plan.firstDirtyOffset(), transactions);
    for (int i = Math.max(0, view.floor(plan.firstDirtyOffset())); i < view.segments.length; i++) {
      Segment segment = view.segments[i];
      if (segment.baseOffset >= plan.endOffset() || builder.isFull()) {
        break;
      }
      transactions.addAborted(segment.transactions.entries());
      forEachChunk(
          segment,
          chunk -> {
            builder.index(chunk);
            return !builder.isFull();
          });
      builder.endSegment(view.segments[i + 1].baseOffset);
    }
    return builder.isFull();
  }

  private Replacement write(
      List<CleanerPlan.Segment> group, BatchCleaner cleaner, TransactionTracker transactions)
      throws IOException {
    long base = group.getFirst().baseOffset();
    Segment cleaned = new Segment(log.folder, base, 0, FileNames.CLEANED);
    cleaned.startEmpty();
    OpenFile out = cleaned.log.acquire(io.myelin.env.Disk.OpenMode.CREATE);
    List<Segment> old = new ArrayList<>();
    try {
      out.file.truncate(0);
      for (CleanerPlan.Segment described : group) {
        Segment segment = view.segments[view.floor(described.baseOffset())];
        old.add(segment);
        transactions.addAborted(segment.transactions.entries());
        forEachChunk(
            segment,
            chunk -> {
              cleaner.clean(chunk, batch -> add(cleaned, out, batch));
              return true;
            });
        for (AbortedTransaction aborted : transactions.takeRetained()) {
          cleaned.transactions.append(aborted);
        }
      }
    } finally {
      out.release();
    }
    cleaned.finishTimeIndex();
    cleaned.forceAll();
    cleaned.closeFiles();
    return new Replacement(old, base, cleaned.size);
  }

  private void add(Segment cleaned, OpenFile out, ByteBuffer batch) throws IOException {
    int at = batch.position();
    int bytes = batch.remaining();
    long last = BatchLayout.lastOffset(batch, at);
    long timestamp = BatchLayout.maxTimestamp(batch, at);
    out.file.write(batch.duplicate(), cleaned.size);
    cleaned.added(last, cleaned.size, bytes, timestamp, config.indexIntervalBytes());
    cleaned.size += bytes;
    cleaned.writeFullIndexPages();
  }

  private interface ChunkConsumer {
    /** Takes whole batches from the chunk; false to stop. */
    boolean take(ByteBuffer chunk) throws IOException;
  }

  private void forEachChunk(Segment segment, ChunkConsumer consumer) throws IOException {
    OpenFile in = segment.log.acquire();
    try {
      ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, segment.size));
      int position = 0;
      while (position < segment.size) {
        chunk.clear().limit(Math.min(chunk.capacity(), segment.size - position));
        in.file.read(chunk, position);
        chunk.flip();
        boolean more = consumer.take(chunk);
        if (!more) {
          return;
        }
        if (chunk.position() == 0) {
          chunk = largerFor(segment, chunk, position);
        }
        position += chunk.position();
      }
    } finally {
      in.release();
    }
  }

  /** A buffer that the batch at the chunk's start fits into. */
  private ByteBuffer largerFor(Segment segment, ByteBuffer chunk, int position) throws IOException {
    int needed = chunk.limit() < BatchLayout.PREFIX_BYTES ? 0 : BatchLayout.sizeInBytes(chunk, 0);
    if (needed <= chunk.capacity() || needed > segment.size - position) {
      throw new IOException(
          "%s has no whole batch at byte %d"
              .formatted(log.folder.file(segment.baseOffset, FileNames.LOG), position));
    }
    return ByteBuffer.allocate(needed).position(0);
  }
}

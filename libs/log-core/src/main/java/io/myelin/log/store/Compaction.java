package io.myelin.log.store;

import io.myelin.env.Randomness;
import io.myelin.log.LogConfig;
import io.myelin.log.clean.BatchCleaner;
import io.myelin.log.clean.CleanerPlan;
import io.myelin.log.clean.OffsetMap;
import io.myelin.log.clean.OffsetMapBuilder;
import io.myelin.log.clean.TransactionTracker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * One compaction pass over a log: the reading and writing around {@link io.myelin.log.clean}, in
 * steps of about a megabyte, so that it can be slowed down and given up. Holds no file open between
 * them.
 *
 * <p>Runs on a worker and changes nothing that the log uses: it leaves {@code .cleaned} files,
 * which {@link SegmentSwap} puts in place. A crash leaves files that the next start removes.
 */
final class Compaction {
  private static final double MAP_LOAD_FACTOR = 0.9;

  private final StoredLog log;
  private final View view;
  private final LogConfig config;
  private final List<CleanerPlan.Segment> described = new ArrayList<>();
  private final long nowMs;
  private final CleanerPlan plan;
  private Phase phase;
  private Outcome outcome;

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
   * Prepares the pass that the steps make.
   *
   * @param mapBytesMax memory for the keys of this pass
   * @param producers live producers of the log, as of a moment before or at this pass
   */
  void begin(long mapBytesMax, Map<Long, BatchCleaner.LastRecord> producers) throws IOException {
    // What replaces segments must not be more durable than what it was made of; and behind the
    // recovery point that a start finds, the gaps that this pass leaves would be losses.
    log.flusher.settle(plan.endOffset());
    Randomness randomness = log.folder.environment().randomness();
    OffsetMap map =
        new OffsetMap(mapBytesMax, MAP_LOAD_FACTOR, randomness.nextLong(), randomness.nextLong());
    phase = new Indexing(map, producers);
  }

  /**
   * Makes the next piece of the pass.
   *
   * @return bytes that were read and written
   */
  long step() throws IOException {
    return phase.step();
  }

  /** What the pass has made; null as long as there is more to do. */
  Outcome outcome() {
    return outcome;
  }

  private sealed interface Phase permits Indexing, Merging {
    long step() throws IOException;
  }

  /** Reads the keys of the dirty part. */
  private final class Indexing implements Phase {
    private final OffsetMap map;
    private final Map<Long, BatchCleaner.LastRecord> producers;
    private final TransactionTracker transactions = new TransactionTracker();
    private final OffsetMapBuilder builder;
    private int index = Math.max(0, view.floor(plan.firstDirtyOffset()));
    private SegmentChunks chunks;

    Indexing(OffsetMap map, Map<Long, BatchCleaner.LastRecord> producers) {
      this.map = map;
      this.producers = producers;
      this.builder = new OffsetMapBuilder(map, plan.firstDirtyOffset(), transactions);
    }

    @Override
    public long step() throws IOException {
      Segment segment = view.segments[index];
      if (builder.isFull() || segment.baseOffset >= plan.endOffset()) {
        long end = builder.isFull() ? map.latestOffset() + 1 : plan.endOffset();
        phase = new Merging(map, producers, end);
        return 0;
      }
      if (chunks == null) {
        transactions.addAborted(segment.transactions.entries());
        chunks = new SegmentChunks(segment);
      }
      long bytes = chunks.next(builder::index);
      if (!chunks.hasNext()) {
        chunks = null;
        index++;
        builder.endSegment(view.segments[index].baseOffset);
      }
      return bytes;
    }
  }

  /** Writes the segments anew, without what later records replace. */
  private final class Merging implements Phase {
    private final long end;
    private final TransactionTracker transactions = new TransactionTracker();
    private final BatchCleaner cleaner;
    private final Iterator<List<CleanerPlan.Segment>> groups;
    private final List<Replacement> replacements = new ArrayList<>();
    private SegmentMerge merge;

    Merging(OffsetMap map, Map<Long, BatchCleaner.LastRecord> producers, long end) {
      this.end = end;
      this.cleaner =
          new BatchCleaner(map, transactions, producers, end, nowMs, config.deleteRetentionMs());
      this.groups = CleanerPlan.groups(described, end, config).iterator();
    }

    @Override
    public long step() throws IOException {
      if (merge == null && groups.hasNext()) {
        merge =
            new SegmentMerge(
                stored(groups.next()), cleaner, transactions, config.indexIntervalBytes());
      }
      if (merge == null) {
        outcome = new Outcome(replacements, end);
        return 0;
      }
      long bytes = merge.step();
      if (merge.isDone()) {
        replacements.add(merge.finish());
        merge = null;
      }
      return bytes;
    }

    private List<Segment> stored(List<CleanerPlan.Segment> group) {
      return group.stream().map(one -> view.segments[view.floor(one.baseOffset())]).toList();
    }
  }
}

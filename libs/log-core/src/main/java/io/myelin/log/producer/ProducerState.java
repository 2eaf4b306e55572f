package io.myelin.log.producer;

import io.myelin.log.AppendResult;
import io.myelin.log.PartitionLog.ProducerInfo;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.clean.BatchCleaner;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The producers that wrote to a log: duplicates are recognised, gaps and old epochs refused, open
 * transactions known, by Kafka's rules. Shard-confined.
 *
 * <p>{@link #apply} takes effect at once, so that several batches of one producer may follow each
 * other in one write; {@link #commit} makes it final when they are stored, {@link #rollback} takes
 * it back when they are not.
 */
public final class ProducerState {
  private static final int UNDO_LONGS = ProducerEntry.SAVED;

  private final String logName;

  /** Null as long as no producer with an id has written: most logs of a large broker. */
  private Map<Long, ProducerEntry> producers;

  /** Open transactions: first offset to producer id. */
  private TreeMap<Long, Long> open;

  /** Ended ones whose marker the high watermark has not passed: first offset to marker's offset. */
  private TreeMap<Long, Long> unreplicated;

  private ProducerEntry[] undoEntries = {};
  private boolean[] undoNew = {};
  private long[] undo = {};
  private int undoCount;

  public ProducerState(String logName) {
    this.logName = logName;
  }

  /** What forbids to store the batch at {@code offset}, or null. Changes nothing. */
  public AppendResult check(ValidBatch batch, long offset) {
    if (!batch.hasProducer()) {
      return null;
    }
    ProducerEntry known = find(batch.producerId());
    if (batch.isControl()) {
      return known == null ? null : checkMarker(known, batch, offset);
    }
    if (known == null) {
      return null;
    }
    short epoch = batch.producerEpoch();
    boolean sequenced = batch.baseSequence() != BatchLayout.NO_SEQUENCE;
    if (sequenced && epoch == known.epoch) {
      int slot = known.find(batch.baseSequence(), batch.lastSequence());
      if (slot >= 0) {
        return new AppendResult.Duplicate(
            known.firstOffsetOf(slot), known.lastOffsetOf(slot), known.timestampOf(slot));
      }
    }
    if (epoch < known.epoch) {
      return oldEpoch(known, epoch, offset);
    }
    AppendResult refusal = sequenced ? checkSequence(known, batch, offset) : null;
    if (refusal == null
        && known.transactionStart != ProducerEntry.NO_TRANSACTION
        && !batch.isTransactional()) {
      return new AppendResult.InvalidTransactionState(
          "Producer %d has an open transaction in %s, but its batch at offset %d is not part of one"
              .formatted(known.producerId, logName, offset));
    }
    return refusal;
  }

  private AppendResult checkSequence(ProducerEntry known, ValidBatch batch, long offset) {
    int first = batch.baseSequence();
    if (known.epoch == ProducerEntry.NO_EPOCH) {
      return null;
    }
    if (batch.producerEpoch() != known.epoch) {
      return first == 0
          ? null
          : new AppendResult.OutOfOrderSequence(
              "Producer %d starts epoch %d at offset %d of %s with sequence %d instead of 0 (last epoch %d)"
                  .formatted(
                      known.producerId,
                      batch.producerEpoch(),
                      offset,
                      logName,
                      first,
                      known.epoch));
    }
    return Sequences.follows(known.lastSequence(), first)
        ? null
        : new AppendResult.OutOfOrderSequence(
            "Out of order sequence number of producer %d at offset %d of %s: %d follows %d"
                .formatted(known.producerId, offset, logName, first, known.lastSequence()));
  }

  private AppendResult checkMarker(ProducerEntry known, ValidBatch batch, long offset) {
    EndMarker marker = EndMarker.read(batch.buffer(), batch.buffer().position());
    if (marker == null) {
      return null;
    }
    if (batch.producerEpoch() < known.epoch) {
      return oldEpoch(known, batch.producerEpoch(), offset);
    }
    return marker.coordinatorEpoch() >= known.coordinatorEpoch
        ? null
        : new AppendResult.InvalidTransactionState(
            "Coordinator epoch %d of a marker for producer %d in %s is older than %d"
                .formatted(
                    marker.coordinatorEpoch(), known.producerId, logName, known.coordinatorEpoch));
  }

  private AppendResult oldEpoch(ProducerEntry known, short epoch, long offset) {
    return new AppendResult.InvalidProducerEpoch(
        "Epoch %d of producer %d at offset %d of %s is older than its last epoch %d"
            .formatted(epoch, known.producerId, offset, logName, known.epoch));
  }

  /** Takes note of a data batch that is about to be stored at {@code offset}. */
  public void apply(ValidBatch batch, long offset) {
    if (batch.hasProducer() && !batch.isControl()) {
      ProducerEntry entry = entryForUpdate(batch.producerId());
      applyData(
          entry,
          batch.producerEpoch(),
          batch.lastSequence(),
          offset,
          batch.lastOffsetDelta(),
          batch.maxTimestamp(),
          batch.isTransactional());
    }
  }

  private void applyData(
      ProducerEntry entry,
      short epoch,
      int lastSequence,
      long offset,
      int lastOffsetDelta,
      long timestamp,
      boolean transactional) {
    entry.setEpoch(epoch);
    entry.addBatch(lastSequence, offset + lastOffsetDelta, lastOffsetDelta, timestamp);
    if (transactional && entry.transactionStart == ProducerEntry.NO_TRANSACTION) {
      entry.transactionStart = offset;
      if (open == null) {
        open = new TreeMap<>();
      }
      open.put(offset, entry.producerId);
    }
  }

  private ProducerEntry entryForUpdate(long producerId) {
    ProducerEntry entry = find(producerId);
    boolean isNew = entry == null;
    if (isNew) {
      entry = new ProducerEntry(producerId);
      if (producers == null) {
        producers = new HashMap<>(4);
      }
      producers.put(producerId, entry);
    }
    if (undoCount == undoEntries.length) {
      int capacity = Math.max(4, 2 * undoCount);
      undoEntries = Arrays.copyOf(undoEntries, capacity);
      undoNew = Arrays.copyOf(undoNew, capacity);
      undo = Arrays.copyOf(undo, capacity * UNDO_LONGS);
    }
    undoEntries[undoCount] = entry;
    undoNew[undoCount] = isNew;
    entry.save(undo, undoCount * UNDO_LONGS);
    undoCount++;
    return entry;
  }

  /** What was applied is stored. */
  public void commit() {
    undoCount = 0;
  }

  /** What was applied since the last commit is not stored. */
  public void rollback() {
    while (undoCount > 0) {
      undoCount--;
      ProducerEntry entry = undoEntries[undoCount];
      long began = entry.transactionStart;
      entry.restore(undo, undoCount * UNDO_LONGS);
      if (began != entry.transactionStart) {
        open.remove(began);
      }
      if (undoNew[undoCount]) {
        producers.remove(entry.producerId);
      }
    }
  }

  /**
   * Takes note of a stored control batch at {@code batch} of the buffer; returns the transaction
   * that it aborted, or null.
   */
  public AbortedTransaction applyMarker(ByteBuffer buffer, int batch) {
    long producerId = BatchLayout.producerId(buffer, batch);
    EndMarker marker =
        producerId == BatchLayout.NO_PRODUCER_ID ? null : EndMarker.read(buffer, batch);
    if (marker == null) {
      return null;
    }
    ProducerEntry entry = entryForUpdate(producerId);
    commit();
    long offset = BatchLayout.baseOffset(buffer, batch);
    long start = entry.transactionStart;
    entry.setEpoch(BatchLayout.producerEpoch(buffer, batch));
    entry.coordinatorEpoch = marker.coordinatorEpoch();
    entry.lastTimestamp = marker.timestampMs();
    entry.transactionStart = ProducerEntry.NO_TRANSACTION;
    if (start == ProducerEntry.NO_TRANSACTION) {
      return null;
    }
    open.remove(start);
    if (unreplicated == null) {
      unreplicated = new TreeMap<>();
    }
    unreplicated.put(start, offset);
    long lastStable = open.isEmpty() ? offset + 1 : open.firstKey();
    return marker.abort() ? new AbortedTransaction(producerId, start, offset, lastStable) : null;
  }

  /** Takes note of a batch that is in the log already; see {@link #applyMarker}. */
  public AbortedTransaction replay(ByteBuffer buffer, int batch) {
    long producerId = BatchLayout.producerId(buffer, batch);
    if (producerId == BatchLayout.NO_PRODUCER_ID) {
      return null;
    }
    short attributes = BatchLayout.attributes(buffer, batch);
    if ((attributes & BatchLayout.CONTROL_FLAG) != 0) {
      return applyMarker(buffer, batch);
    }
    int sequence = BatchLayout.baseSequence(buffer, batch);
    int delta = BatchLayout.lastOffsetDelta(buffer, batch);
    applyData(
        entryForUpdate(producerId),
        BatchLayout.producerEpoch(buffer, batch),
        sequence == BatchLayout.NO_SEQUENCE ? sequence : (sequence + delta) & Integer.MAX_VALUE,
        BatchLayout.baseOffset(buffer, batch),
        delta,
        BatchLayout.maxTimestamp(buffer, batch),
        (attributes & BatchLayout.TRANSACTIONAL_FLAG) != 0);
    commit();
    return null;
  }

  /** First offset whose transaction is open or not replicated yet, or {@link Long#MAX_VALUE}. */
  public long firstUnstableOffset() {
    long first = open == null || open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
    return unreplicated == null || unreplicated.isEmpty()
        ? first
        : Math.min(first, unreplicated.firstKey());
  }

  /** Whether {@link #firstUnstableOffset} may change with the high watermark. */
  public void onHighWatermark(long highWatermark) {
    if (unreplicated != null && !unreplicated.isEmpty()) {
      unreplicated.values().removeIf(marker -> marker < highWatermark);
    }
  }

  public void clear() {
    producers = null;
    open = null;
    unreplicated = null;
    undoCount = 0;
  }

  /** Forgets producers without open transaction that have been silent for {@code expirationMs}. */
  public void expire(long nowMs, long expirationMs) {
    if (producers != null) {
      producers
          .values()
          .removeIf(
              p ->
                  p.transactionStart == ProducerEntry.NO_TRANSACTION
                      && nowMs - p.lastTimestamp >= expirationMs);
      if (producers.isEmpty()) {
        producers = null;
      }
    }
  }

  public boolean isEmpty() {
    return producers == null || producers.isEmpty();
  }

  public List<ProducerInfo> describe() {
    List<ProducerInfo> result = new ArrayList<>();
    if (producers != null) {
      for (ProducerEntry p : producers.values()) {
        result.add(
            new ProducerInfo(
                p.producerId,
                p.epoch,
                p.lastSequence(),
                p.lastTimestamp,
                p.coordinatorEpoch,
                p.transactionStart));
      }
    }
    return result;
  }

  /** What each producer wrote last: compaction keeps these batches, at least as empty ones. */
  public Map<Long, BatchCleaner.LastRecord> lastRecords() {
    Map<Long, BatchCleaner.LastRecord> last = new HashMap<>();
    if (producers != null) {
      for (ProducerEntry p : producers.values()) {
        last.put(p.producerId, new BatchCleaner.LastRecord(p.lastOffset(), p.epoch));
      }
    }
    return last;
  }

  /** The snapshot file's bytes for the present state. */
  public ByteBuffer snapshot() {
    return ProducerSnapshot.encode(producers == null ? List.of() : producers.values());
  }

  /** Replaces the state by a snapshot's; false (and no change) if its bytes are not valid. */
  public boolean load(ByteBuffer snapshot) {
    Collection<ProducerEntry> entries = ProducerSnapshot.decode(snapshot);
    if (entries == null) {
      return false;
    }
    clear();
    for (ProducerEntry entry : entries) {
      if (producers == null) {
        producers = new HashMap<>();
      }
      producers.put(entry.producerId, entry);
      if (entry.transactionStart != ProducerEntry.NO_TRANSACTION) {
        if (open == null) {
          open = new TreeMap<>();
        }
        open.put(entry.transactionStart, entry.producerId);
      }
    }
    return true;
  }

  private ProducerEntry find(long producerId) {
    return producers == null ? null : producers.get(producerId);
  }
}

package io.myelin.log.store;

import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import io.myelin.log.AppendResult;
import io.myelin.log.LogConfig;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Appends batches: what is given at once goes out in one gathering write per segment.
 * Shard-confined.
 */
final class Appender {
  private static final int NO_EPOCH = -1;

  private final StoredLog log;

  /** Batches that wait for the write, in order; reused from call to call. */
  private ValidBatch[] group = {};

  private ByteBuffer[] buffers = {};
  private int[] starts = {};
  private int[] slots = {};
  private int groupCount;
  private int groupBytes;
  private long groupNextOffset;
  private AppendResult[] results;

  /** What the leader decided stands in the batches and is taken as it is. */
  private boolean following;

  Appender(StoredLog log) {
    this.log = log;
  }

  List<AppendResult> append(List<ValidBatch> batches, int leaderEpoch) {
    following = false;
    return appendAll(batches, leaderEpoch);
  }

  List<AppendResult> appendAsFollower(ReplicatedBatches batches) {
    following = true;
    return appendAll(batches.list(), NO_EPOCH);
  }

  private List<AppendResult> appendAll(List<ValidBatch> batches, int leaderEpoch) {
    results = new AppendResult[batches.size()];
    groupNextOffset = log.parts.logEndOffset;
    for (int i = 0; i < results.length; i++) {
      AppendResult stop = add(batches.get(i), i, leaderEpoch);
      if (stop != null) {
        Arrays.fill(results, i, results.length, stop);
        return finish();
      }
    }
    writeGroup();
    return finish();
  }

  private List<AppendResult> finish() {
    log.publish();
    List<AppendResult> answer = Arrays.asList(results);
    results = null;
    return answer;
  }

  /** Puts a batch into the group or refuses it; what stops the whole append, or null. */
  private AppendResult add(ValidBatch batch, int slot, int leaderEpoch) {
    Throwable offline = log.failure();
    if (log.flusher.isClosed()) {
      // After the mark of a clean stop nothing may be added, or the next start loses it.
      offline = new IOException(log.folder.name() + " is closed");
    }
    if (offline != null) {
      discardGroup(new AppendResult.Failed(offline));
      return new AppendResult.Failed(offline);
    }
    if (following) {
      groupNextOffset = leadersOffset(batch);
    } else {
      AppendResult refusal = log.producers.check(batch, groupNextOffset);
      if (refusal != null) {
        results[slot] = refusal;
        return null;
      }
    }
    AppendResult stop = rollIfDue(batch);
    if (stop == null && batch.isControl()) {
      stop = writeGroup();
    }
    if (stop != null) {
      return stop;
    }
    ByteBuffer buffer = batch.buffer();
    if (!following) {
      BatchLayout.assign(buffer, buffer.position(), groupNextOffset, leaderEpoch);
    }
    log.producers.apply(batch, groupNextOffset);
    grow();
    group[groupCount] = batch;
    buffers[groupCount] = buffer;
    starts[groupCount] = buffer.position();
    slots[groupCount] = slot;
    groupCount++;
    groupBytes += batch.sizeInBytes();
    groupNextOffset += batch.lastOffsetDelta() + 1L;
    return batch.isControl() ? writeGroup() : null;
  }

  private long leadersOffset(ValidBatch batch) {
    long offset = BatchLayout.baseOffset(batch.buffer(), batch.buffer().position());
    if (offset < groupNextOffset) {
      throw new IllegalStateException(
          "A batch at offset %d is to follow what ends at %d in %s"
              .formatted(offset, groupNextOffset, log.folder.name()));
    }
    return offset;
  }

  private AppendResult rollIfDue(ValidBatch batch) {
    try {
      if (!rollIsDue(batch)) {
        return null;
      }
      AppendResult stop = writeGroup();
      if (stop == null) {
        log.roll();
      }
      return stop;
    } catch (DiskFullException e) {
      return storageFull(e);
    } catch (IOException e) {
      log.fail(e);
      AppendResult failed = new AppendResult.Failed(e);
      discardGroup(failed);
      return failed;
    }
  }

  private boolean rollIsDue(ValidBatch batch) throws IOException {
    Segment active = log.active();
    LogConfig config = log.config();
    long size = (long) active.size + groupBytes;
    if (size == 0) {
      return false;
    }
    return size + batch.sizeInBytes() > config.segmentBytes()
        || groupNextOffset + batch.lastOffsetDelta() - active.baseOffset > Integer.MAX_VALUE
        || active.indexesFull(groupCount, config.segmentIndexBytes())
        || waitedMs(active, batch) > config.segmentMs() - active.rollJitterMs;
  }

  private long waitedMs(Segment active, ValidBatch batch) throws IOException {
    if (active.size == 0) {
      return 0;
    }
    return active.waitedMs(batch.maxTimestamp(), log.folder.environment().clock().wallMs());
  }

  private void grow() {
    if (groupCount == group.length) {
      int capacity = Math.max(8, 2 * groupCount);
      group = Arrays.copyOf(group, capacity);
      buffers = Arrays.copyOf(buffers, capacity);
      starts = Arrays.copyOf(starts, capacity);
      slots = Arrays.copyOf(slots, capacity);
    }
  }

  /** Writes the group; what stops the append, or null. */
  private AppendResult writeGroup() {
    if (groupCount == 0) {
      return null;
    }
    Segment active = log.active();
    DiskFile file = null;
    try {
      file = active.pin().file;
      file.write(buffers, groupCount, active.size);
      resetBuffers();
    } catch (IOException e) {
      resetBuffers();
      return writeFailed(file, active, e);
    }
    try {
      stored(active);
      return null;
    } catch (IOException e) {
      // The bytes are in the file, but what belongs to them is not: nothing may follow.
      log.fail(e);
      return new AppendResult.Failed(e);
    } finally {
      clearGroup();
    }
  }

  /** The batch's bytes are their maker's: position to limit is the batch again. */
  private void resetBuffers() {
    for (int i = 0; i < groupCount; i++) {
      buffers[i].position(starts[i]);
    }
  }

  private AppendResult writeFailed(DiskFile file, Segment active, IOException cause) {
    if (file != null) {
      try {
        file.truncate(active.size);
      } catch (IOException e) {
        cause.addSuppressed(e);
        log.fail(cause);
      }
    }
    if (!(cause instanceof DiskFullException)) {
      log.fail(cause);
    }
    if (log.failure() == null) {
      return storageFull(cause);
    }
    AppendResult failed = new AppendResult.Failed(cause);
    discardGroup(failed);
    return failed;
  }

  private AppendResult storageFull(IOException cause) {
    AppendResult full =
        new AppendResult.StorageFull(
            "No room for %s in %s: %s"
                .formatted(log.folder.name(), log.folder.path().getParent(), cause.getMessage()));
    discardGroup(full);
    return full;
  }

  /** The group is not stored: neither are duplicates of its batches that came after them. */
  private void discardGroup(AppendResult answer) {
    log.producers.rollback();
    for (int i = 0; i < groupCount; i++) {
      results[slots[i]] = answer;
    }
    long end = log.parts.logEndOffset;
    for (int i = 0; i < results.length; i++) {
      if (results[i] instanceof AppendResult.Duplicate duplicate && duplicate.lastOffset() >= end) {
        results[i] = answer;
      }
    }
    groupNextOffset = end;
    clearGroup();
  }

  private void clearGroup() {
    Arrays.fill(group, 0, groupCount, null);
    Arrays.fill(buffers, 0, groupCount, null);
    groupCount = 0;
    groupBytes = 0;
  }

  private void stored(Segment active) throws IOException {
    View.Parts parts = log.parts;
    int indexInterval = log.config().indexIntervalBytes();
    int position = active.size;
    long end = parts.logEndOffset;
    log.producers.commit();
    for (int i = 0; i < groupCount; i++) {
      ValidBatch batch = group[i];
      ByteBuffer header = batch.buffer();
      long offset = BatchLayout.baseOffset(header, header.position());
      int epoch = BatchLayout.leaderEpoch(header, header.position());
      parts.epochs = parts.epochs.with(epoch, offset);
      if (offset > end) {
        parts.recent.clear(); // a read in the gap would find the batch before it
      }
      long last = offset + batch.lastOffsetDelta();
      int bytes = batch.sizeInBytes();
      boolean appendTime = (batch.attributes() & BatchLayout.LOG_APPEND_TIME_FLAG) != 0;
      results[slots[i]] =
          new AppendResult.Appended(offset, last, appendTime ? batch.maxTimestamp() : -1);
      active.added(last, position, bytes, batch.maxTimestamp(), indexInterval);
      parts.recent.add(active, offset, position);
      if (batch.isControl()) {
        markerStored(active, batch);
      }
      position += bytes;
      end = last + 1;
    }
    active.size = position;
    parts.logEndOffset = end;
    log.flusher.appended();
    active.writeFullIndexPages();
  }

  private void markerStored(Segment active, ValidBatch batch) throws IOException {
    AbortedTransaction aborted =
        log.producers.applyMarker(batch.buffer(), batch.buffer().position());
    if (aborted != null) {
      active.transactions.append(aborted);
    }
  }
}

package io.myelin.log.store;

import io.myelin.log.CorruptLogException;
import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.log.producer.ProducerState;
import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks over a segment that may have a torn tail: rebuilds its indexes, replays producers and
 * epochs, checks what lies behind the recovery point byte by byte, and cuts off what is not sound.
 */
final class SegmentRecovery {
  private static final int WRITE_BACK_BYTES = 128 * 1024;

  private final Segment segment;
  private final int bytes;
  private final long nextBaseOffset;
  private final ProducerState producers;
  private final long recoveryPoint;
  private LeaderEpochs epochs;
  private long end;

  /** Where the batches begin of which it is not known that they are on stable storage. */
  private int unflushedFrom;

  /**
   * @param nextBaseOffset what lies at this offset or behind it belongs to the next segment
   * @param producers as of the segment's base offset
   */
  SegmentRecovery(
      Segment segment,
      int bytes,
      long nextBaseOffset,
      ProducerState producers,
      LeaderEpochs epochs,
      long recoveryPoint) {
    this.segment = segment;
    this.bytes = bytes;
    this.nextBaseOffset = nextBaseOffset;
    this.producers = producers;
    this.epochs = epochs;
    this.recoveryPoint = recoveryPoint;
    this.end = segment.baseOffset;
  }

  /** Offset behind the last sound batch. */
  long end() {
    return end;
  }

  LeaderEpochs epochs() {
    return epochs;
  }

  void run(int indexIntervalBytes) throws IOException {
    segment.startEmpty();
    OpenFile file = segment.log.acquire();
    try {
      HeaderScan scan = new HeaderScan(file.file, 0, bytes, segment.baseOffset);
      while (scan.next()
          && scan.lastOffset() < nextBaseOffset
          && scan.lastOffset() - segment.baseOffset <= Integer.MAX_VALUE
          && (scan.lastOffset() < recoveryPoint || scan.checksumMatches())) {
        sound(scan, indexIntervalBytes);
      }
      segment.size = (int) scan.position();
      if (segment.size < bytes) {
        if (end < recoveryPoint) {
          throw damaged(scan.position());
        }
        file.file.truncate(segment.size);
      }
    } finally {
      file.release();
    }
  }

  private void sound(HeaderScan scan, int indexIntervalBytes) throws IOException {
    epochs = epochOf(scan);
    AbortedTransaction aborted = scan.replayInto(producers);
    if (aborted != null) {
      segment.transactions.append(aborted);
    }
    segment.added(
        scan.lastOffset(),
        (int) scan.position(),
        scan.size(),
        scan.maxTimestamp(),
        indexIntervalBytes);
    segment.writeFullIndexPages();
    end = scan.lastOffset() + 1;
    if (end <= recoveryPoint) {
      unflushedFrom = (int) scan.position() + scan.size();
    }
  }

  /**
   * Writes what lies behind the recovery point over itself: after a force that failed, the kernel
   * takes pages for written that are not, and the next force would leave them out. After {@link
   * #run}, whose indexes are new in any case.
   */
  void writeBack() throws IOException {
    OpenFile file = segment.log.acquire();
    try {
      ByteBuffer chunk = ByteBuffer.allocate(WRITE_BACK_BYTES);
      for (int at = unflushedFrom; at < segment.size; at += chunk.limit()) {
        chunk.clear().limit(Math.min(WRITE_BACK_BYTES, segment.size - at));
        file.file.read(chunk, at);
        file.file.write(chunk.flip(), at);
      }
    } finally {
      file.release();
    }
  }

  private LeaderEpochs epochOf(HeaderScan scan) {
    int epoch = BatchLayout.leaderEpoch(scan.buffer(), scan.at());
    return epoch > epochs.latest() ? epochs.with(epoch, scan.baseOffset()) : epochs;
  }

  private CorruptLogException damaged(long position) {
    return new CorruptLogException(
        "%s is damaged at byte %d (offset %d), below the recovery point %d up to which it was on stable storage. Restore the file from a copy or a replica, or move the partition's folder away to start with an empty log."
            .formatted(
                segment.folder.file(segment.baseOffset, FileNames.LOG),
                position,
                end,
                recoveryPoint));
  }

  /** Rebuilds the indexes of a segment that is sound, because they are missing. */
  static void rebuildIndexes(Segment segment, int bytes, int indexIntervalBytes)
      throws IOException {
    segment.offsets.file().startEmpty();
    segment.times.file().startEmpty();
    OpenFile file = segment.log.acquire();
    try {
      HeaderScan scan = new HeaderScan(file.file, 0, bytes, segment.baseOffset);
      while (scan.next()) {
        segment.added(
            scan.lastOffset(),
            (int) scan.position(),
            scan.size(),
            scan.maxTimestamp(),
            indexIntervalBytes);
      }
      if (scan.position() < bytes) {
        throw new CorruptLogException(
            "%s is damaged at byte %d. Restore the file from a copy or a replica, or move the partition's folder away to start with an empty log."
                .formatted(
                    segment.folder.file(segment.baseOffset, FileNames.LOG), scan.position()));
      }
      segment.finishTimeIndex();
      segment.writeIndexes();
    } finally {
      file.release();
    }
  }

  /**
   * The offset behind the last batch of a segment that was closed in order, by the batches from
   * position {@code from} on; sets its size. -1 if its end is not sound after all.
   *
   * @param from what the last index entry says: where that leads astray, the batches do not fit
   */
  static long findEnd(Segment segment, int bytes, int from) throws IOException {
    if (from < 0 || from > bytes) {
      return -1;
    }
    OpenFile file = segment.log.acquire();
    try {
      HeaderScan scan = new HeaderScan(file.file, from, bytes, segment.baseOffset);
      long end = segment.baseOffset;
      while (scan.next()) {
        end = scan.lastOffset() + 1;
      }
      segment.size = bytes;
      return scan.position() == bytes ? end : -1;
    } finally {
      file.release();
    }
  }
}

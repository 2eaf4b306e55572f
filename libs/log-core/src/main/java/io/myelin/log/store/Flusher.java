package io.myelin.log.store;

import io.myelin.env.DiskFullException;
import io.myelin.log.epoch.EpochCheckpoint;
import io.myelin.log.epoch.LeaderEpochs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings a log to stable storage and knows how far that has gone. Any thread that may block; calls
 * at the same time share the work, since who comes second finds it done.
 *
 * <p>Order: log files, their indexes, leader epochs, the folder's entries, and only then the
 * recovery point. An error takes the log offline: after a failed fsync nobody knows what the disk
 * has, and only recovery may go on with it. A full disk does so only at an fsync: an index or a
 * checkpoint that was refused before is still in memory, and the next flush writes it.
 */
final class Flusher {
  private final StoredLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long recoveryPoint;

  /** When the last flush that succeeded began, monotonic. */
  private volatile long flushedAtNs;

  /** Nothing is written any more: the folder may be another log's by now. Set under the lock. */
  private volatile boolean closed;

  /** Files were created or renamed since the folder was synced. */
  private volatile boolean entriesChanged;

  /** The folder itself is durable: once per life, since a former one may not have got to it. */
  private boolean creationSynced;

  /** Something was written since the log was opened or closed. */
  private volatile boolean dirty;

  /**
   * The first segment whose indexes may not be complete on stable storage; guarded by the lock.
   * After a flush at the very end of a segment its successor begins at the recovery point, so the
   * recovery point does not tell; at a start, the snapshot at that offset does.
   */
  private long unsealedFrom;

  /** What the checkpoint file has; guarded by the lock. */
  private LeaderEpochs writtenEpochs = LeaderEpochs.NONE;

  Flusher(StoredLog log, long recoveryPoint, long unsealedFrom) {
    this.log = log;
    this.unsealedFrom = unsealedFrom;
    this.recoveryPoint = recoveryPoint;
    this.flushedAtNs = nowNs();
  }

  private long nowNs() {
    return log.folder.environment().clock().monotonicNs();
  }

  long recoveryPoint() {
    return recoveryPoint;
  }

  long unflushedForMs() {
    return recoveryPoint < log.current().logEndOffset() ? (nowNs() - flushedAtNs) / 1_000_000 : 0;
  }

  void entriesChanged() {
    entriesChanged = true;
    dirty = true;
  }

  void appended() {
    if (!dirty) {
      dirty = true;
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns when no flush is under way; none writes anything from then on. */
  void close() {
    lock.lock();
    closed = true;
    lock.unlock();
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(log.folder.name() + " is closed");
    }
  }

  /** Runs {@code change} while the log is not closed; false if it is. */
  boolean unlessClosed(Change change) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        change.run();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** What was read at opening needs no writing. */
  void epochsOnDisk(LeaderEpochs epochs) {
    writtenEpochs = epochs;
  }

  long flush() throws IOException {
    long wanted = log.current().logEndOffset();
    lock.lock();
    try {
      requireOpen();
      if (recoveryPoint < wanted || entriesChanged) {
        flushUpTo(log.current().logEndOffset(), false);
      }
      return recoveryPoint;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when every segment that ends at {@code end} or before is on stable storage, with its
   * indexes. The active one does not: its indexes are still written to.
   */
  void seal(long end) throws IOException {
    lock.lock();
    try {
      requireOpen();
      if (recoveryPoint < end || unsealedFrom < end) {
        flushUpTo(log.current().logEndOffset(), false);
      }
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #seal}, and a start after a crash knows it, too. */
  void settle(long end) throws IOException {
    seal(end);
    log.home.writeRecoveryPoints();
  }

  /**
   * What a roll leaves to do: the old segment's files, and then the snapshot at the new segment's
   * start, which says to recovery that what lies before it is on stable storage with its indexes.
   * Nothing if the log has been truncated to before it since: the snapshot would be of records that
   * are gone.
   */
  void flushRolled(Segment fresh, ByteBuffer snapshot) {
    lock.lock();
    try {
      if (log.failure() == null && !closed && !fresh.deleted) {
        flushUpTo(fresh.baseOffset, false);
        Snapshots.write(log.folder, fresh.baseOffset, snapshot);
        entriesChanged();
      }
    } catch (DiskFullException e) {
      // Nothing is lost: the recovery point stays, recovery can do without the snapshot, and the
      // next flush does what is left.
      return;
    } catch (IOException e) {
      log.fail(e);
    } finally {
      lock.unlock();
    }
  }

  /** After this a clean start needs no recovery. */
  void flushForClose() throws IOException {
    lock.lock();
    try {
      if (!dirty) {
        return;
      }
      View view = log.current();
      try {
        view.active().finishTimeIndex();
        Snapshots.write(log.folder, view.logEndOffset(), log.producers.snapshot());
      } catch (IOException e) {
        log.fail(e);
        throw e;
      }
      entriesChanged = true;
      flushUpTo(view.logEndOffset(), true);
      dirty = false;
    } finally {
      lock.unlock();
    }
  }

  private void flushUpTo(long end, boolean withActiveIndex) throws IOException {
    log.requireOnline();
    long beganNs = nowNs();
    try {
      View view = log.current();
      int first = Math.max(0, view.floor(Math.min(recoveryPoint, unsealedFrom)));
      for (int i = first; i < view.segments.length; i++) {
        boolean active = i == view.segments.length - 1;
        if (view.segments[i].baseOffset > end || view.segments[i].deleted) {
          continue;
        }
        flushSegment(view.segments[i], active, withActiveIndex);
      }
      if (view.epochs != writtenEpochs) {
        EpochCheckpoint.write(
            log.folder.disk(), log.folder.path().resolve(FileNames.LEADER_EPOCHS), view.epochs);
        writtenEpochs = view.epochs;
        entriesChanged = true;
      }
      if (entriesChanged) {
        entriesChanged = false;
        syncEntries();
      }
      if (!creationSynced) {
        log.folder.syncCreation();
        creationSynced = true;
      }
      recoveryPoint = Math.max(recoveryPoint, end);
      flushedAtNs = beganNs;
      unsealedFrom = Math.max(unsealedFrom, Math.min(end, view.active().baseOffset));
    } catch (DiskFullException e) {
      // No room to write an index or a checkpoint; a force never says so. Nothing is lost.
      throw e;
    } catch (IOException e) {
      log.fail(e);
      throw e;
    }
  }

  private void syncEntries() throws IOException {
    try {
      log.folder.syncEntries();
    } catch (IOException e) {
      entriesChanged = true;
      throw e;
    }
  }

  private static void flushSegment(Segment segment, boolean active, boolean withActiveIndex)
      throws IOException {
    if (!active || withActiveIndex) {
      segment.trim();
      segment.forceAll();
    } else {
      // Recovery rebuilds the indexes of the segment that the recovery point lies in.
      segment.forceLog();
      segment.writeIndexes();
    }
  }

  /**
   * Runs {@code change} when no flush is under way, with the recovery point at {@code end} at most.
   */
  void shrinkTo(long end, Change change) throws IOException {
    lock.lock();
    try {
      requireOpen();
      entriesChanged();
      // Below the end: if the log rolls there, the segment that was cut has to be flushed all the
      // same, or a power loss brings back what was cut off.
      unsealedFrom = Math.min(unsealedFrom, Math.max(0, end - 1));
      if (recoveryPoint > end) {
        recoveryPoint = end;
        // Otherwise a crash would leave a log that ends below its recovery point: a damaged one.
        log.home.writeRecoveryPoints();
      }
      change.run();
    } catch (IOException e) {
      log.fail(e);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  interface Change {
    void run() throws IOException;
  }
}

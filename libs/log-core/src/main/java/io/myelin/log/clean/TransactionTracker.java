package io.myelin.log.clean;

import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Follows transactions through the batches of a log, in offset order: which batches were aborted,
 * and which markers have no batches left. One tracker for a whole pass. Confined to one thread.
 */
public final class TransactionTracker {
  private static final short ABORT = 0;
  private static final short COMMIT = 1;
  private static final int CONTROL_KEY_BYTES = 4;

  private final PriorityQueue<AbortedTransaction> ahead =
      new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
  private final Map<Long, Ongoing> abortedOngoing = new HashMap<>();
  private final Set<Long> committedOngoing = new HashSet<>();
  private final List<AbortedTransaction> retained = new ArrayList<>();

  /** An aborted transaction whose marker has not been reached. */
  private static final class Ongoing {
    final AbortedTransaction transaction;
    boolean seenBatch;

    Ongoing(AbortedTransaction transaction) {
      this.transaction = transaction;
    }
  }

  /** From the transaction indexes of the segments that come next. */
  public void addAborted(Collection<AbortedTransaction> transactions) {
    ahead.addAll(transactions);
  }

  /**
   * Aborted transactions of which batches are left, in the order of their markers, since the last
   * call: the cleaned segment's transaction index.
   */
  public List<AbortedTransaction> takeRetained() {
    List<AbortedTransaction> taken = List.copyOf(retained);
    retained.clear();
    return taken;
  }

  /** Notes the batch; whether its records may go: aborted, or a marker without batches. */
  boolean isDiscardable(ByteBuffer buffer, int batch) {
    reach(BatchLayout.lastOffset(buffer, batch));
    short attributes = BatchLayout.attributes(buffer, batch);
    long producerId = BatchLayout.producerId(buffer, batch);
    if ((attributes & BatchLayout.CONTROL_FLAG) != 0) {
      return isMarkerDiscardable(buffer, batch, producerId);
    }
    if ((attributes & BatchLayout.TRANSACTIONAL_FLAG) == 0) {
      return false;
    }
    Ongoing aborted = abortedOngoing.get(producerId);
    if (aborted == null) {
      committedOngoing.add(producerId);
      return false;
    }
    aborted.seenBatch = true;
    return true;
  }

  private void reach(long offset) {
    while (!ahead.isEmpty() && ahead.peek().firstOffset() <= offset) {
      AbortedTransaction transaction = ahead.remove();
      abortedOngoing.putIfAbsent(transaction.producerId(), new Ongoing(transaction));
    }
  }

  private boolean isMarkerDiscardable(ByteBuffer buffer, int batch, long producerId) {
    try (RecordCursor cursor = RecordCursor.of(buffer, batch)) {
      if (!cursor.next()) {
        // Emptied by an earlier pass.
        return true;
      }
      ByteBuffer key = cursor.key();
      if (key == null || key.remaining() < CONTROL_KEY_BYTES) {
        return false;
      }
      return switch (key.getShort(Short.BYTES)) {
        case ABORT -> {
          Ongoing aborted = abortedOngoing.remove(producerId);
          boolean batchesLeft = aborted != null && aborted.seenBatch;
          if (batchesLeft) {
            retained.add(aborted.transaction);
          }
          yield !batchesLeft;
        }
        case COMMIT -> !committedOngoing.remove(producerId);
        // Not a transaction's: a leader change, a snapshot, or one that we do not know.
        default -> false;
      };
    }
  }
}
